"""One line of a cassette: what was asked and what came back, and when two requests are the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from crewlab.bridge.llms.whole_text import whole

Request = dict[str, Any]
Mask = Callable[[str], str]

_NOT_CONTENT = ("base_url", "api_base", "timeout", "provider")
"""Parameters of a model that say how to reach it, not what to ask it."""


class Failure(BaseModel):
    """An answer that was a refusal. `status` is that of a model's server."""

    model_config = ConfigDict(frozen=True)

    message: str
    hint: str = ""
    status: int | None = None
    is_reported: bool = False
    """Whether a tool returned the failure, rather than raising it."""


class Answer(BaseModel):
    """What came back: exactly one of these."""

    model_config = ConfigDict(frozen=True)

    text: str | None = None
    fields: str | None = None
    """An object of the schema that was asked for, as JSON."""
    tool_calls: list[Any] | None = None
    failure: Failure | None = None


class Recording(BaseModel):
    """A request and its answer. `row` and `task` say whose it was, for requests that several made alike."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["model_call", "tool_call"]
    task: str | None = None
    agent: str | None = None
    row: int | None = None
    request: Request
    answer: Answer
    response: str | None = None
    """The answer in the provider's own text, where that is another one."""
    finish_reason: str | None = None
    usage: dict[str, int | None] = {}
    streamed: bool = False
    recorded_at: datetime = Field(default_factory=lambda: datetime.now(UTC))


class Traits(BaseModel):
    """What crewAI wants to know of a model before it asks: on it depends how the question is put."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["model"] = "model"
    name: str
    model: str
    provider: str = "openai"
    stop: list[str] = []
    stream: bool = False
    function_calling: bool = True
    stop_words: bool = True
    multimodal: bool = False
    context_window: int = 128_000


def model_request(model: str, messages: Any, tools: Any, schema: Any, parameters: Mapping[str, Any]) -> Request:
    """What is asked of a model, without how it is reached: no key, no URL, no time limit."""
    content = {name: value for name, value in parameters.items() if name not in _NOT_CONTENT}
    asked = {"model": model, "messages": messages, "tools": tools, "schema": schema, "parameters": content}
    return _writable({name: value for name, value in asked.items() if value})


def tool_request(tool: str, arguments: Any) -> Request:
    """What is asked of a tool."""
    return _writable({"tool": tool, "arguments": arguments})


def _writable(request: Request) -> Request:
    """The request as a file can hold it: half a character, which a model may have sent, is no text."""
    written: Request = json.loads(whole(json.dumps(request, ensure_ascii=False)))
    return written


def key_of(request: Request, mask: Mask) -> str:
    """Equal for requests of equal content. Ids of tool calls, which are drawn anew each time, count by their order."""
    numbers: dict[str, str] = {}

    def numbered(call_id: Any) -> str:
        return numbers.setdefault(str(call_id), f"call-{len(numbers) + 1}")

    messages = [_numbered(message, numbered) for message in request.get("messages", [])]
    text = json.dumps({**request, "messages": messages}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(mask(text).encode()).hexdigest()


def _numbered(message: dict[str, Any], numbered: Callable[[Any], str]) -> dict[str, Any]:
    changed = dict(message)
    if isinstance(calls := message.get("tool_calls"), list):
        changed["tool_calls"] = [{**call, "id": numbered(call.get("id"))} for call in calls if isinstance(call, dict)]
    if "tool_call_id" in message:
        changed["tool_call_id"] = numbered(message["tool_call_id"])
    return changed
