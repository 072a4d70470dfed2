"""What was sent is kept as plain data that nothing changes afterwards."""

from __future__ import annotations

from pydantic import BaseModel

from crewlab.bridge.agents.message_copies import copied, plain


class Call(BaseModel):
    id: str
    arguments: str


def test_later_turns_do_not_change_what_was_sent():
    """The list and the messages are copies."""
    messages = [{"role": "user", "content": "hi", "cache_breakpoint": True}]
    kept = copied(messages)
    messages[0]["content"] = "changed"
    messages.append({"role": "assistant", "content": "x"})
    assert kept == [{"role": "user", "content": "hi"}]


def test_a_text_is_a_users_message():
    """crewAI sends some prompts as plain text."""
    assert copied("hi") == [{"role": "user", "content": "hi"}]


def test_objects_of_a_provider_become_their_fields():
    """Tool calls come as objects of the client."""
    message = {"role": "assistant", "content": None, "tool_calls": [Call(id="c", arguments="{}")]}
    assert copied([message])[0]["tool_calls"] == [{"id": "c", "arguments": "{}"}]
    assert plain({"x": object})["x"].startswith("<class")
