"""What a prompt asks for, read back out of the messages that crewAI sends."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_TASK = "Current Task:"
_IN_A_PLAN = ("## Current Step\n", "## Original Task\n", "## Original task\n", "## Task\n")
"""What stands before the task in the prompts of an agent that plans."""
_EXPECTED = "expected criteria for your final answer:"
_CONTEXT = "This is the context you're working with:"
_SCHEMA = "according to the following OpenAPI schema:"
_FEEDBACK = re.compile(r"Previous attempt failed validation:\s*(.+?)\s*(?:\n\s*\n|\Z)", re.DOTALL)
_ENDINGS = (
    "\nyou MUST return the actual complete content",
    "\nProvide your complete response:",
    "\nBegin! This is VERY important",
    "\nFormat your final answer " + _SCHEMA,
    "\nFinal answer must be formatted",
    "\n" + _CONTEXT,
    "\nThis is the " + _EXPECTED,
    "\n\n## Expected Output",
    "\n\n## Results from each step",
    "\n**Execute the primary action",
    "\nSuggested tool: ",
    "\n\n## Context from previous steps:",
    "\n### Previous attempt failed validation:",
)
_DIVIDER = re.compile(r"\n\s*-{5,}\s*\n")


@dataclass(frozen=True)
class Prompt:
    """The parts of a conversation that an answer is made of; texts are empty where the prompt has none."""

    whole: str
    """Every message as one text, ids left out: equal conversations have equal texts."""
    task: str
    expected: str
    context: tuple[str, ...]
    feedback: str
    schema: Mapping[str, Any] | None
    tool_results: tuple[tuple[str, str], ...]
    """(tool name, result), oldest first."""
    tools_called: tuple[str, ...]
    wants_final_answer_marker: bool
    """The prompt is in the `Thought: ... Final Answer: ...` style."""


Messages = str | Sequence[Mapping[str, Any]]


def whole_text(messages: Messages) -> str:
    """What `Prompt.whole` says, without the rest of it."""
    return "\n".join(_message_text(message) for message in _listed(messages))


def _listed(messages: Messages) -> Sequence[Mapping[str, Any]]:
    return [{"role": "user", "content": messages}] if isinstance(messages, str) else messages


def read_prompt(messages: Messages) -> Prompt:
    """Take a conversation apart."""
    messages = _listed(messages)
    asked = _asked(messages)
    return Prompt(
        whole=whole_text(messages),
        task=_task(asked),
        expected=_between(asked, _EXPECTED),
        context=_context(asked),
        feedback=_feedback(asked),
        schema=_schema(asked),
        tool_results=tuple((str(m.get("name") or "tool"), text_of(m)) for m in messages if m.get("role") == "tool"),
        tools_called=tuple(_called(messages)),
        wants_final_answer_marker=_wants_marker(messages),
    )


def _task(asked: str) -> str:
    found = (_between(asked, start) for start in (_TASK, *_IN_A_PLAN))
    return next(filter(None, found), "") or _cut(asked)


def text_of(message: Mapping[str, Any]) -> str:
    """The text of one message, whichever of the protocol's shapes it has."""
    content = message.get("content")
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    return "\n".join(str(part.get("text", "")) for part in content if isinstance(part, Mapping))


def _message_text(message: Mapping[str, Any]) -> str:
    calls = message.get("tool_calls") or ()
    functions = [call.get("function") or {} for call in calls if isinstance(call, Mapping)]
    called = "".join(f"\n{function.get('name')}({function.get('arguments')})" for function in functions)
    return f"{message.get('role')}: {text_of(message)}{called}"


def _asked(messages: Sequence[Mapping[str, Any]]) -> str:
    """The user message that carries the task: the last that names one, or else the last."""
    users = [text_of(message) for message in messages if message.get("role") == "user"]
    with_task = [text for text in users if _TASK in text]
    if with_task:
        return with_task[-1]
    return users[-1] if users else "\n".join(text_of(message) for message in messages)


def _between(text: str, start: str) -> str:
    _, found, rest = text.partition(start)
    return _cut(rest) if found else ""


def _cut(text: str) -> str:
    """`text` up to the first of the phrases with which crewAI continues a prompt."""
    ends = [position for ending in _ENDINGS if (position := text.find(ending)) >= 0]
    return text[: min(ends)].strip() if ends else text.strip()


def _context(asked: str) -> tuple[str, ...]:
    joined = _between(asked, _CONTEXT)
    return tuple(part.strip() for part in _DIVIDER.split(joined) if part.strip()) if joined else ()


def _feedback(asked: str) -> str:
    found = _FEEDBACK.search(asked) if "failed validation" in asked else None
    return " ".join(found.group(1).split())[:300] if found else ""


def _schema(asked: str) -> Mapping[str, Any] | None:
    position = asked.find(_SCHEMA)
    start = asked.find("{", position)
    if position < 0 or start < 0:
        return None
    return _parsed_schema(asked[start:])


@lru_cache(maxsize=64)
def _parsed_schema(text: str) -> Mapping[str, Any] | None:
    try:
        value, _ = json.JSONDecoder().raw_decode(text)
    except ValueError:
        return None
    wrapped = value.get("json_schema", value)
    schema = wrapped.get("schema", wrapped)
    return schema if isinstance(schema, dict) else None


def _called(messages: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    for message in messages:
        for call in message.get("tool_calls") or ():
            yield str((call.get("function") or {}).get("name") or "")


def _wants_marker(messages: Sequence[Mapping[str, Any]]) -> bool:
    texts = (text_of(message) for message in messages if message.get("role") in ("system", "user"))
    return any("Final Answer:" in text and "Thought:" in text for text in texts)
