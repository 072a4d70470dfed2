"""`lab.definitions`: versions that come back, names that go on leading somewhere, copies, and exact content."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crewlab.errors import DefinitionError, DefinitionNotFoundError, DocumentError, DuplicateNameError
from crewlab.lab import Lab
from crewlab.settings import Settings
from tests.factories import document, finished_execution


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """A lab without examples, in which nothing runs."""
    settings = Settings.from_environment(None, data=tmp_path / "data", examples=tmp_path / "none")
    with Lab.open(settings=settings) as opened:
        yield opened


def test_an_earlier_version_comes_back_as_the_next(lab: Lab):
    """The versions between stay; the name stays as it is now; the same content again is no version."""
    first = lab.definitions.save(document())
    lab.definitions.save(document("renamed", process="parallel"), definition_id=first.definition_id)
    restored = lab.definitions.restore("renamed", 1)
    assert (restored.number, restored.name, restored.note) == (3, "renamed", "restored from version 1")
    assert restored.document == {**first.document, "name": "renamed"}
    assert lab.definitions.restore("renamed", 1) == restored
    with pytest.raises(DefinitionNotFoundError, match="version 9"):
        lab.definitions.restore("renamed", 9)


def test_a_rename_breaks_no_reference(lab: Lab):
    """The old name leads to the definition, and unsaved edits neither lose the new name nor seem overtaken."""
    saved = lab.definitions.save(document())
    lab.definitions.save_draft(saved.definition_id, document(process="parallel"), saved.definition_id, 1)
    renamed = lab.definitions.rename("market-brief", " brief ")
    assert (renamed.name, renamed.number, renamed.definition_id) == ("brief", 2, saved.definition_id)
    assert lab.definitions.version("market-brief") == renamed
    draft = lab.definitions.draft(saved.definition_id)
    assert draft is not None
    assert (draft.document["name"], draft.document["process"], draft.base_number) == ("brief", "parallel", 2)


def test_a_taken_name_is_refused(lab: Lab):
    """For a rename and for a copy, also when an archived definition has it."""
    for name in ("a", "b"):
        lab.definitions.save(document(name))
    lab.definitions.archive("b")
    with pytest.raises(DuplicateNameError):
        lab.definitions.rename("a", "b")
    with pytest.raises(DuplicateNameError):
        lab.definitions.duplicate("a", "b")


def test_a_copy_is_a_definition_of_its_own(lab: Lab):
    """With the tags and collections of the original, and a note that says where it comes from."""
    lab.definitions.save(document())
    lab.definitions.tag("market-brief", ["weekly"])
    lab.definitions.collect("market-brief", ["Monday"])
    copy = lab.definitions.duplicate("market-brief")
    assert (copy.name, copy.number, copy.note) == ("market-brief-copy", 1, "copy of market-brief, version 1")
    found = lab.definitions.get("market-brief-copy")
    assert (found.tags, found.collections) == (("weekly",), ("Monday",))
    assert lab.definitions.duplicate("market-brief").name == "market-brief-copy_2"


def test_a_version_is_opened_and_taken_away_by_its_name(lab: Lab):
    """`NAME@1` wherever one version is meant."""
    first = lab.definitions.save(document("brief"))
    lab.definitions.save(document("brief", process="parallel"), definition_id=first.definition_id)
    assert lab.definitions.version("brief@1") == first
    assert lab.definitions.export("brief@1") == lab.definitions.export("brief", number=1)


def test_what_nobody_can_mean_is_said(lab: Lab):
    """A format that there is not gives no file, and a list is compared with nothing."""
    lab.definitions.save(document("brief"))
    with pytest.raises(DocumentError, match=r"There is no format 'pdf'\. One of yaml"):
        lab.definitions.export("brief", "pdf")  # type: ignore[arg-type]  # what a notebook may say
    with pytest.raises(DefinitionError, match="list cannot be compared"):
        lab.definitions.diff([1], "brief")  # type: ignore[arg-type]  # what a notebook may say


def test_executions_of_exactly_a_content_are_found(lab: Lab):
    """Under whichever number it was saved, not those of other content."""
    saved = lab.definitions.save(document())
    wanted = finished_execution(lab.store, definition_id=saved.definition_id).execution_id
    finished_execution(lab.store, definition_id=saved.definition_id, crew=document(process="parallel"))
    lab.definitions.save(document(process="parallel"), definition_id=saved.definition_id)
    lab.definitions.restore("market-brief", 1)
    assert [one.execution_id for one in lab.definitions.executions_of("market-brief")] == [wanted]
    assert [one.execution_id for one in lab.definitions.executions_of("market-brief", 1)] == [wanted]
    assert lab.count_executions(definition="market-brief") == 2


def test_executions_of_a_flow_are_found_over_whatever_its_crews_were(lab: Lab):
    """By its own content; the hash of each tells the crews apart, so that no comparison takes them for the same."""
    lab.definitions.save(document(inputs={"topic": "tea"}))
    step = {"start": True, "do": {"call": "crew", "definition": "market-brief"}}
    lab.definitions.save({"schema": "crewai.flow/v1", "name": "weekly", "methods": {"brief": step}})
    first = lab.launch("weekly").execution_id
    crew = lab.definitions.get("market-brief").definition_id
    lab.definitions.save(document(inputs={"topic": "tea"}, process="parallel"), definition_id=crew)
    second = lab.launch("weekly").execution_id
    assert [one.execution_id for one in lab.definitions.executions_of("weekly", 1)] == [second, first]
    assert lab.execution(first).content_hash != lab.execution(second).content_hash


def test_executions_are_found_by_the_name_of_today(lab: Lab):
    """Also those from before a rename."""
    saved = lab.definitions.save(document())
    finished_execution(lab.store, definition_id=saved.definition_id)
    lab.definitions.rename("market-brief", "brief")
    assert lab.count_executions(definition="brief") == 1
    assert lab.count_executions(definition="market-brief") == 1


def test_what_a_flow_has_as_a_step_is_not_deleted_unnoticed(lab: Lab):
    """It names the flows; a version that is not the latest keeps nothing."""
    saved = lab.definitions.save(document())
    step = {"start": True, "do": {"call": "crew", "definition": "market-brief"}}
    weekly = {"schema": "crewai.flow/v1", "name": "weekly", "methods": {"brief": step}}
    flow = lab.definitions.save(weekly)
    with pytest.raises(DefinitionError, match=r"'market-brief' is a step of weekly") as refused:
        lab.definitions.delete(saved.definition_id)
    assert "even_if_used=True" in refused.value.hint
    other = {"start": True, "do": {"call": "expression", "expr": "1"}}
    lab.definitions.save({**weekly, "methods": {"brief": other}}, definition_id=flow.definition_id)
    lab.definitions.delete("market-brief")
    assert [one.name for one in lab.definitions.list()] == ["weekly"]


def test_parents_and_children_are_summaries(lab: Lab):
    """Archived ones too: they still run."""
    lab.definitions.save(document())
    step = {"start": True, "do": {"call": "crew", "definition": "market-brief"}}
    lab.definitions.save({"schema": "crewai.flow/v1", "name": "weekly", "methods": {"brief": step}})
    lab.definitions.archive("weekly")
    assert [one.name for one in lab.definitions.parents("market-brief")] == ["weekly"]
    assert [one.name for one in lab.definitions.children("weekly")] == ["market-brief"]
    assert [one.name for one in lab.definitions.list()] == ["market-brief"]
