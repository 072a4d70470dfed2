"""Answers with halves of characters, as some servers send them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crewlab.bridge.llms.whole_text import whole
from tests.bridge.attempts import one_task, run
from tests.model_server import ModelServer, say


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.mark.parametrize(
    ("text", "shown"),
    [("plain", "plain"), ("né 😀", "né 😀"), ("half \ud83d.", "half \ufffd."), ("two \ud83d\ude00", "two 😀")],
)
def test_halves_are_joined_or_shown(text: str, shown: str):
    """Nothing else changes."""
    assert whole(text) == shown


@pytest.mark.parametrize(("stream", "shown"), [(False, "Bees \ufffd sing"), (True, "Bees ? sing")])
def test_half_a_character_goes_on_into_files_and_later_tasks(server: ModelServer, tmp_path, stream, shown):
    """It is sent to the next model and written to a file like any other text. crewAI replaces it in streams itself."""
    document = one_task({"model": "openai/any", "base_url": server.url, "stream": stream}, output_file="out.md")
    document["tasks"].append({**document["tasks"][0], "name": "second", "context": ["write"]})
    server.script(say("Bees \ud83d sing"), say("Second"))
    ended = run(document, {"topic": "bees"}, folder=tmp_path)
    assert ended.error is None
    assert ended.outcomes[0].output == shown
    assert (tmp_path / "out.md").read_text(encoding="utf-8") == "Second"
    assert shown in server.requests[1].text


def test_half_a_character_in_json_becomes_an_output_of_the_schema(server: ModelServer):
    """As an escape within the JSON, it shows only after that was read."""
    schema = {"type": "object", "properties": {"line": {"type": "string"}}, "required": ["line"]}
    server.script(say(r'{"line": "Bees \ud83d sing"}'))
    ended = run(one_task({"model": "openai/any", "base_url": server.url}, output_json=schema))
    assert ended.error is None
    assert ended.outcomes[0].output_json == {"line": "Bees \ufffd sing"}
