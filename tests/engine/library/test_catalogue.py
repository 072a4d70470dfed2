"""What can be run, and what cannot on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crewlab.definitions.overlay import Overlay
from crewlab.engine.library.catalogue import Catalogue
from crewlab.errors import DefinitionError, DocumentError, InvalidDefinitionError
from crewlab.secrets.keys import Keys
from crewlab.settings import Settings
from crewlab.store import Store
from tests.engine.fakes import document

NO_KEYS: dict[str, str] = {}


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = Store.open(settings.data)
    yield opened
    opened.close()


@pytest.fixture
def keys() -> Keys:
    return Keys(NO_KEYS)


@pytest.fixture
def catalogue(store: Store, settings: Settings, keys: Keys) -> Catalogue:
    return Catalogue(store, settings, keys)


def test_a_file_has_the_name_of_its_document_or_its_own(catalogue: Catalogue, tmp_path: Path):
    """A document without a name is called like its file."""
    path = tmp_path / "my-crew.yaml"
    path.write_text("agents: {a: {role: r, goal: g, backstory: b}}\ntasks: []\n", "utf-8")
    assert catalogue.find(path).name == "my-crew"
    assert catalogue.find(str(path)).name == "my-crew"


def test_crewais_other_spellings_are_brought_to_one_shape(catalogue: Catalogue):
    """Agents in a list run, and count, like agents by name."""
    plain = document()
    listed = {**plain, "agents": [{"name": name, **agent} for name, agent in plain["agents"].items()]}
    assert catalogue.find(listed).content_hash == catalogue.find(plain).content_hash


def test_what_is_no_definition_is_refused_in_words(catalogue: Catalogue):
    """Neither a number nor a file that is not there can run."""
    with pytest.raises(DefinitionError, match="of the type int, and cannot be run"):
        catalogue.find(5)  # type: ignore[arg-type]  # what a notebook may say
    with pytest.raises(DocumentError):
        catalogue.find("nowhere.yaml")
    deep: Any = "x"
    for _ in range(2_000):
        deep = [deep]
    document = {"name": "deep", "agents": {}, "tasks": [], "x": deep}
    for use in (catalogue.find, catalogue.save, lambda one: catalogue.save_draft("draft", one, None, None)):
        with pytest.raises(DocumentError, match="nested more than 64 levels"):
            use(document)


def test_a_number_that_cannot_be_kept_is_refused(catalogue: Catalogue):
    """It would be null afterwards; to run, to save and as a draft."""
    wrong = {**document(), "inputs": {"share": float("nan")}}
    for use in (catalogue.find, catalogue.save, lambda one: catalogue.save_draft("draft", one, None, None)):
        with pytest.raises(DocumentError, match=r"inputs.share: NaN"):
            use(wrong)


@pytest.mark.parametrize("value", [None, [1], 5, "text"])
def test_what_is_no_object_is_named_and_not_saved(catalogue: Catalogue, value: Any):
    """In words, whatever a notebook gives."""
    assert [problem.id for problem in catalogue.check(value)] == ["document.type"]
    with pytest.raises(DocumentError, match="A document is an object"):
        catalogue.save(value)


def test_a_version_is_named_behind_the_name(catalogue: Catalogue):
    """`NAME@1` runs that version, and nothing else can get this name."""
    first = catalogue.save(document(name="brief"))
    catalogue.save({**document(name="brief"), "memory": True}, first.definition_id)
    assert catalogue.find("brief@1").content_hash == first.content_hash
    assert catalogue.find("brief@1").version_number == 1
    with pytest.raises(DocumentError, match="'brief@1' means version 1 of 'brief'"):
        catalogue.save(document(name="brief@1"))
    with pytest.raises(DefinitionError, match="no version 9"):
        catalogue.find("brief@9")


def test_a_key_that_is_entered_later_counts(catalogue: Catalogue, keys: Keys):
    """The same document is refused without its key and runs with it; forgetting the key refuses it again."""
    for known in (False, True, False):
        keys.remember("OPENAI_API_KEY", "sk" if known else "")
        if known:
            assert catalogue.find_runnable(document(), Overlay("openai/gpt-4o-mini"))
        else:
            with pytest.raises(InvalidDefinitionError, match="OPENAI_API_KEY"):
                catalogue.find_runnable(document(), Overlay("openai/gpt-4o-mini"))
