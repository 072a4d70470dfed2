"""What was sent to a model, as plain data that later turns of the conversation cannot change."""

from __future__ import annotations

import json
from typing import Any

_KEPT = ("role", "content", "name", "tool_call_id", "tool_calls")


def copied(messages: Any) -> list[dict[str, Any]]:
    """A copy of `messages` without what only crewAI needs (cache marks, files); a plain text is a user's message."""
    if isinstance(messages, str):
        return [{"role": "user", "content": messages}]
    return [{key: plain(message[key]) for key in _KEPT if key in message} for message in messages]


def plain(value: Any) -> Any:
    """`value` as JSON could hold it: objects of providers become their fields, anything else its text."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return json.loads(json.dumps(value, default=_fields, ensure_ascii=False))


def _fields(value: Any) -> Any:
    dump = getattr(value, "model_dump", None)
    return dump(mode="json") if callable(dump) else str(value)
