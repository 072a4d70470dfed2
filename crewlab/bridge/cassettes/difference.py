"""Why a request has no recording: the one that is most like it, and what differs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Any

from crewlab.bridge.cassettes.recording import Recording, Request

_COMPARED = 2_000
"""Characters of a text that are looked at for likeness."""
_SHOWN = 60


def nearest(request: Request, recordings: Iterable[Recording], task: str | None) -> Recording | None:
    """The recording whose request is most like this one, of the same task where that can be."""
    return max(recordings, key=lambda one: (_likeness(request, one.request), one.task == task), default=None)


def difference(asked: Request, recorded: Request) -> str:
    """What differs, in one line; the first difference of the messages stands for all of them."""
    parts = [
        f"{name}: {_pair(_text(recorded.get(name)), _text(asked.get(name)))}"
        for name in ("model", "tool", "arguments", "schema", "parameters")
        if asked.get(name) != recorded.get(name)
    ]
    if asked.get("tools") != recorded.get("tools"):
        parts.append(f"tools: {_pair(_names(recorded), _names(asked))}")
    return "; ".join([*parts, *_messages(asked, recorded)])


def _messages(asked: Request, recorded: Request) -> list[str]:
    left, right = recorded.get("messages", []), asked.get("messages", [])
    for number, (before, after) in enumerate(zip(left, right, strict=False), 1):
        if before != after:
            return [f"message {number} ({after.get('role')}): {_pair(_said(before), _said(after))}"]
    return [f"recorded {len(left)} messages, asked {len(right)}"] if len(left) != len(right) else []


def _pair(before: str, after: str) -> str:
    """The two texts from a little before where they part."""
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))
    start = max(0, same - _SHOWN // 3)
    return f"recorded {_cut(before, start)!r}, asked {_cut(after, start)!r}"


def _cut(text: str, start: int) -> str:
    shown = text[start : start + _SHOWN]
    return f"{'…' if start else ''}{shown}{'…' if len(text) > start + _SHOWN else ''}"


def _likeness(asked: Request, recorded: Request) -> float:
    same: int = sum(
        asked.get(name) == recorded.get(name) for name in ("model", "tool", "tools", "schema", "parameters")
    )
    matcher = SequenceMatcher(None, _conversation(asked), _conversation(recorded), autojunk=False)
    return same + 5.0 * float(matcher.quick_ratio())


def _conversation(request: Request) -> str:
    said = [_said(message) for message in request.get("messages", [])]
    return "\n".join([*said, _text(request.get("arguments"))])[-_COMPARED:]


def _said(message: dict[str, Any]) -> str:
    content = message.get("content")
    return content if isinstance(content, str) else _text(message.get("tool_calls") or content)


def _names(request: Request) -> str:
    functions = [tool.get("function", tool) for tool in request.get("tools", []) if isinstance(tool, dict)]
    names = ", ".join(str(function.get("name")) for function in functions)
    return names or "none"


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
