"""Messages of a model call as plain text."""

from __future__ import annotations

from crewlab.ui.components.executions.model_call_view import message_text


def test_parts_are_joined():
    """A message in parts reads as one text."""
    assert (
        message_text({"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]})
        == "a\nb"
    )


def test_tool_requests_are_shown():
    """A message that only asks for a tool is not empty."""
    assert '"name": "search"' in message_text({"content": None, "tool_calls": [{"function": {"name": "search"}}]})


def test_an_empty_message_says_so():
    """Nothing is never shown as nothing."""
    assert message_text({"role": "user"}) == "(empty)"
