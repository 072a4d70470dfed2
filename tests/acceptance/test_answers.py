"""What a task answers with: schemas under each of crewAI's names, markdown, and files of a size."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crewlab.lab import Lab
from tests.acceptance import crews
from tests.model_server import ModelServer, say


@pytest.fixture
def lab(data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """A lab in which a task may write 100 bytes."""
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
    monkeypatch.setenv("CREWLAB_MAX_FILE_BYTES", "100")
    with Lab.open(data) as opened:
        yield opened


@pytest.mark.parametrize("field", ["output_json", "output_pydantic", "response_model"])
def test_a_schema_counts_under_each_of_its_names(lab: Lab, server: ModelServer, field: str):
    """The model is given the schema, and the answer is an object that fits it."""
    server.script(say('{"label": "a", "urgent": true}'))
    document = crews.chain(crews.llm(server.url), "triage")
    document["tasks"][0][field] = crews.SCHEMA
    execution = lab.run(document, {"topic": "tea"})
    assert execution.output_json == {"label": "a", "urgent": True}
    assert "urgent" in str(server.requests[0].body["response_format"])
    assert len(server.requests) == 1


def test_markdown_is_asked_for_in_crewais_words(lab: Lab, server: ModelServer):
    """`markdown: true` adds crewAI's instructions to the prompt, and only there."""
    document = crews.chain(crews.llm(server.url), "plain", "pretty")
    document["tasks"][1]["markdown"] = True
    lab.run(document, {"topic": "tea"})
    assert "Markdown" not in server.requests[0].text
    assert "formatted in Markdown" in server.requests[1].text


def test_a_file_that_is_too_large_is_refused_and_the_rest_is_kept(lab: Lab, server: ModelServer):
    """The task fails saying the size; earlier files and the answer itself are still there."""
    server.script(say("short"), say("long " * 50))
    document = crews.chain(crews.llm(server.url), "first", "second")
    document["tasks"][0]["output_file"], document["tasks"][1]["output_file"] = "{topic}/first.md", "second.md"
    failed = lab.run(document, {"topic": "tea"})
    assert failed.status == "failed"
    assert failed.error is not None
    assert failed.error.message == "The file 'second.md' would have 250 bytes, and at most 100 are allowed."
    assert "CREWLAB_MAX_FILE_BYTES" in failed.error.hint
    assert [(file.name, file.size) for file in lab.files(failed.execution_id)] == [("tea/first.md", 5)]
    assert list(lab.tasks_df(execution_ids=[failed.execution_id])["output"]) == ["short", "long " * 50]
