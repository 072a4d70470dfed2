"""A conversation about a crew: questions, a run when everything is known, and another one with what was said of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crewlab.errors import DocumentError, ExecutionError, InputsError
from crewlab.executions.status import ExecutionStatus
from crewlab.lab import Lab
from tests.acceptance import crews
from tests.model_server import ModelServer, say, status

ASKS = json.dumps({"reply": "Which topic?", "ready": False, "inputs": {}})
KNOWS = json.dumps({"reply": "Here it comes.", "ready": True, "inputs": {"topic": "tea"}})


@pytest.fixture
def lab(data: Path) -> Iterator[Lab]:
    """A lab on an empty folder."""
    with Lab.open(data) as opened:
        yield opened


def saved(lab: Lab, server: ModelServer, **fields: Any) -> str:
    """The name of a crew with a chat model, that needs a topic."""
    llm = crews.llm(server.url)
    document = {**crews.chain(llm, "first"), "name": "brew", "chat_llm": {**llm, "model": "openai/chatting"}, **fields}
    document["tasks"][0]["description"] = "Write about {topic}."
    return lab.definitions.save(document).name


def test_what_is_missing_is_asked_for_and_then_the_crew_runs(lab: Lab, server: ModelServer):
    """Each turn is an execution, on the chat's model; the crew gets inputs and conversation in crewAI's words."""
    chat = lab.chat(saved(lab, server))
    server.script(say(ASKS), say(KNOWS), say("Tea is fine."))
    first = chat.say("Hello!")
    assert (first.text, first.execution) == ("Which topic?", None)
    second = chat.say("Tea {please}.")
    assert second.text == "Tea is fine."
    assert second.execution is not None
    assert second.execution.definition_name == "brew"
    assert second.execution.inputs["topic"] == "tea"
    assert "User: Hello!\nAssistant: Which topic?\nUser: Tea {please}." in server.requests[1].text
    assert "You are a member of a crew" in server.requests[2].text
    assert "User: Tea {please}." in server.requests[2].text
    assert [request.body["model"] for request in server.requests] == ["chatting", "chatting", "test-model"]
    assert [said["role"] for said in chat.messages] == ["user", "assistant", "user", "assistant"]
    assert {first.turn.definition_name, second.turn.definition_name} == {"brew, chat"}


def test_a_crew_does_not_run_while_an_input_is_missing(lab: Lab, server: ModelServer):
    """Whatever the model says."""
    chat = lab.chat(saved(lab, server))
    server.script(say(json.dumps({"reply": "Off we go.", "ready": True, "inputs": {"topic": ""}})))
    reply = chat.say("Go!")
    assert (reply.text, reply.execution) == ("Off we go.", None)


def test_a_crew_that_fails_says_why(lab: Lab, server: ModelServer):
    """And the conversation goes on."""
    chat = lab.chat(saved(lab, server))
    server.script(say(KNOWS), status(400, "no"))
    reply = chat.say("Tea!")
    assert reply.execution is not None
    assert reply.execution.status is ExecutionStatus.FAILED
    assert "400" in reply.text


def test_a_chat_model_that_fails_is_an_error_and_nothing_is_remembered(lab: Lab, server: ModelServer):
    """The same words can be said again."""
    chat = lab.chat(saved(lab, server))
    server.script(status(400, "no"))
    with pytest.raises(ExecutionError, match="did not answer"):
        chat.say("Tea!")
    assert chat.messages == ()


def test_a_conversation_needs_a_crew_with_a_chat_model(lab: Lab, server: ModelServer):
    """And words."""
    with pytest.raises(DocumentError, match="no chat_llm"):
        lab.chat(saved(lab, server, chat_llm=None))
    flow = {
        "schema": "crewai.flow/v1",
        "name": "f",
        "methods": {"a": {"start": True, "do": {"call": "expression", "expr": "1"}}},
    }
    with pytest.raises(InputsError, match="is a flow"):
        lab.chat(lab.definitions.save(flow).name)
    with pytest.raises(InputsError, match="Nothing is said"):
        lab.chat(saved(lab, server, name="other")).say("  ")


def test_a_conversation_that_is_none_is_refused(lab: Lab, server: ModelServer):
    """The input is JSON."""
    failed = lab.run(saved(lab, server), {"topic": "tea", "crew_chat_messages": "[3"})
    assert failed.error is not None
    assert "is no conversation" in failed.error.message
