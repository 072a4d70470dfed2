"""A task's conversation: handed out when the task is done, and gone on from with what a person says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from crewlab.bridge.contract import TaskOutcome
from crewlab.bridge.rehearsal.answers import Answer, ToolCall
from tests.bridge.attempts import Attempt, in_context, one_task, opened, run
from tests.model_server import Body, ModelServer

READ = Answer(tool_calls=(ToolCall("c0", "read_a_files_content", {"file_path": "a.txt"}),))


def reads_first(body: Body) -> Answer | str:
    """A file once, then an answer; natively or in text."""
    messages = body["messages"]
    if body.get("tools"):
        return "final words" if any(message["role"] == "tool" for message in messages) else READ
    whole = "\n".join(str(message["content"]) for message in messages)
    if re.search(r"Tool Name: read", whole) and "\nObservation: content" not in whole:
        return 'Thought: look\nAction: read_a_files_content\nAction Input: {"file_path": "a.txt"}'
    return "Thought: done\nFinal Answer: final words"


def outcome_of(model: str, server: ModelServer, files: Path) -> TaskOutcome:
    (files / "a.txt").write_text("content\n")
    attempt = run(one_task({"model": model, "base_url": server.url}, tools=["FileReadTool"]), files=files)
    assert attempt.error is None
    return attempt.outcomes[0]


def test_the_outcome_holds_the_messages_that_were_sent_and_the_answer(tmp_path):
    """Plain JSON in the order of the conversation, tool calls included."""
    with ModelServer(reply=reads_first) as server:
        conversation = outcome_of("openai/any", server, tmp_path).conversation
    assert [message["role"] for message in conversation] == ["system", "user", "assistant", "tool", "assistant"]
    sent = server.requests[-1].body["messages"]
    assert [message["content"] for message in conversation[:-1]] == [message["content"] for message in sent]
    assert conversation[-1] == {"role": "assistant", "content": "final words"}


def test_an_answer_in_text_ends_the_conversation_too(tmp_path):
    """Models that use tools in text leave the same trace: the answer is the last message."""
    with ModelServer(reply=reads_first) as server:
        conversation = outcome_of("openai/o1-text", server, tmp_path).conversation
    assert conversation[-1]["role"] == "assistant"
    assert "final words" in conversation[-1]["content"]


def test_going_on_sends_the_conversation_and_what_a_person_says(tmp_path):
    """One more request, of the same messages and the feedback as the user's: nothing is asked again."""
    told: list[TaskOutcome] = []

    async def go_on(attempt: Attempt) -> None:
        document: dict[str, Any] = one_task({"model": "openai/any", "base_url": server.url}, tools=["FileReadTool"])
        async with opened(document, record=attempt.events.append, files=tmp_path) as crew:
            told.append(await crew.run_task(0, {}, feedback="Shorter, please", conversation=before))

    with ModelServer(reply=reads_first) as server:
        before = outcome_of("openai/any", server, tmp_path).conversation
        asked = len(server.requests)
        assert in_context(go_on).error is None
        assert len(server.requests) == asked + 1
    sent = server.requests[-1].body["messages"]
    assert [message["content"] for message in sent[:-1]] == [message["content"] for message in before]
    assert sent[-1]["role"] == "user"
    assert "Shorter, please" in sent[-1]["content"]
    assert told[0].conversation[: len(before)] == before
    assert told[0].conversation[-1]["content"] == told[0].output == "final words"


def test_going_on_without_words_asks_again_from_the_same_messages():
    """No feedback adds no message: the model just continues."""

    async def go_on(attempt: Attempt) -> None:
        document = one_task({"model": "openai/any", "base_url": server.url})
        async with opened(document, record=attempt.events.append) as crew:
            attempt.outcomes[0] = await crew.run_task(0, {}, conversation=[{"role": "user", "content": "hello"}])

    with ModelServer(reply=lambda _: "good day") as server:
        attempt = in_context(go_on)
    assert attempt.error is None
    assert [message["content"] for message in server.requests[0].body["messages"]] == ["hello"]
    assert attempt.outcomes[0].output == "good day"
