"""What the checks let through is run: it stays text, it ends, and code that they refuse cannot be started at all."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from crewlab.errors import InvalidDefinitionError
from crewlab.lab import Lab
from crewlab.settings import Settings
from tests.adversarial import crews, flows
from tests.adversarial.test_corpus import PLANTED

NAMES = {case.name: case for case in [*crews.CASES, *flows.CASES]}
TEXT = [
    "crew-placeholder-attributes",
    "crew-template-language",
    "crew-prompt-template-code",
    "crew-default-inputs-code",
    "crew-name-of-a-path",
    "crew-name-of-markup",
    "crew-secret-in-a-text",
]
ENDLESS = ["crew-cel-regex", "crew-cel-bomb", "crew-schema-pattern", "flow-cel-bomb", "flow-cel-regex",
           "flow-cel-string-doubling", "flow-template-bomb", "flow-state-pattern", "flow-endless-loop",
           "flow-concurrency", "flow-method-calls", "flow-template-attributes"]  # fmt: skip
CODE = ["crew-task-guardrail", "crew-tool-type-popen", "flow-code-of-os", "flow-script", "flow-tool-of-os"]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One lab for all of them, which knows a secret."""
    folder = tmp_path_factory.mktemp("adversarial")
    with Lab.open(settings=Settings(data=folder / "data", examples=folder / "none")) as opened:
        opened.secrets.set("MINE", "a-secret-of-some-length")
        yield opened


@pytest.fixture(autouse=True)
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A module that hopes to be imported, and a folder in which nothing may appear."""
    (tmp_path / "planted.py").write_text(PLANTED)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    assert "planted" not in sys.modules
    assert [path.name for path in tmp_path.iterdir()] == ["planted.py"]


def document(name: str) -> dict:
    source = NAMES[name].source
    assert isinstance(source, Mapping)
    return dict(json.loads(next(iter(source.values()))))


@pytest.mark.parametrize("name", TEXT)
def test_words_stay_words(lab: Lab, name: str):
    """No attribute is followed, no template is filled in, no secret is put into a text."""
    done = lab.run(document(name), {"__import__": "{a.__class__} ${secret:MINE}"})
    assert done.status == "completed", done.error
    (call,) = lab.llm_calls_df(execution_ids=[done.execution_id]).to_dict("records")
    said = json.dumps(call["messages"], default=str)
    assert "a-secret-of-some-length" not in said
    assert "<class" not in said
    assert "49" not in said.replace("{{ 7*7 }}", "").replace("${7*7}", "")


@pytest.mark.parametrize("name", ENDLESS)
def test_what_would_never_end_ends(lab: Lab, name: str):
    """By a limit of its own, long before that of an execution, which is an hour."""
    try:
        done = lab.run(document(name), {})
    except InvalidDefinitionError:
        return
    assert done.status in ("completed", "failed")


@pytest.mark.parametrize("name", CODE)
def test_code_is_not_even_started(lab: Lab, name: str):
    """The launch is refused, with the problems."""
    with pytest.raises(InvalidDefinitionError):
        lab.run(document(name), {})
