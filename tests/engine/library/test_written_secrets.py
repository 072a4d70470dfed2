"""Secrets written where everything is stored are refused before it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crewlab.errors import DefinitionError, InputsError, InvalidDefinitionError
from crewlab.lab import Lab
from crewlab.settings import Settings
from tests.engine.fakes import document

SECRET = "sk-0123456789abcdef"


@pytest.fixture
def lab(settings: Settings) -> Iterator[Lab]:
    with Lab.open(settings=settings) as opened:
        opened.secrets.set("MY_SERVER", SECRET)
        yield opened


def test_an_input_that_holds_a_secret_is_refused(lab: Lab):
    """Before anything is queued; the row and the input are named, the value is not."""
    with pytest.raises(InputsError, match="Row 2: the input 'topic'") as caught:
        lab.launch_batch(document(), [{"topic": "tea"}, {"topic": f"key={SECRET}"}])
    assert SECRET not in str(caught.value)
    assert lab.count_executions() == 0


def test_a_definition_that_holds_a_secret_is_neither_saved_nor_run(lab: Lab):
    """Not as a version, a draft or a snapshot; `check` says where it is."""
    written = document() | {"description": f"uses {SECRET}"}
    for act in (lab.definitions.save, lambda bad: lab.definitions.save_draft("draft", bad)):
        with pytest.raises(DefinitionError, match="description") as caught:
            act(written)
        assert SECRET not in str(caught.value)
    with pytest.raises(InvalidDefinitionError):
        lab.launch(written, {"topic": "tea"})
    assert [problem.where for problem in lab.definitions.check(written) if problem.id == "secret.written"] == [
        "description"
    ]
    assert lab.count_executions() == 0


@pytest.mark.parametrize("key", ["sk-nobody-knows-this-one", SECRET])
def test_a_key_in_the_model_of_a_launch_is_refused(lab: Lab, key: str):
    """Known or not: the snapshot would have it. By every entry point, with a hint to store it."""
    llm = {"model": "openai/any", "base_url": "http://127.0.0.1:9/v1", "api_key": key}
    for act in (lab.run, lab.launch):
        with pytest.raises(InvalidDefinitionError) as caught:
            act(document(), {"topic": "tea"}, llm=llm)
        assert key not in str(caught.value)
        assert "llm.api_key.written" in {problem.id for problem in caught.value.problems}
    for act in (lab.run_each, lab.launch_batch):
        with pytest.raises(InvalidDefinitionError):
            act(document(), [{"topic": "tea"}], llm=llm)
    assert lab.count_executions() == 0


def test_secrets_that_cannot_be_read_are_a_warning_of_check(lab: Lab):
    """What needs none can still run."""
    (lab.settings.data / "secret.key").unlink()
    found = {problem.id: problem.severity for problem in lab.definitions.check(document())}
    assert found["secrets.unusable"] == "warning"
