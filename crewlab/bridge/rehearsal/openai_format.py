"""Answers as an OpenAI-compatible server writes them: whole, or in chunks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from crewlab.bridge.rehearsal.answers import Answer

REHEARSAL_HEADER = "x-crewlab-rehearsal"
"""The header by which a server says that its answers are made up."""


def completion(
    answer: Answer, *, model: str, completion_id: str, created: int, usage: Mapping[str, Any]
) -> dict[str, Any]:
    """The body of a `POST /chat/completions` that was answered at once."""
    message: dict[str, Any] = {"role": "assistant", "content": answer.text or None}
    if answer.tool_calls:
        message["tool_calls"] = [call.as_message() for call in answer.tool_calls]
    choice = {"index": 0, "message": message, "finish_reason": answer.finish_reason, "logprobs": None}
    head = {"id": completion_id, "object": "chat.completion", "created": created, "model": model}
    return {**head, "choices": [choice], "usage": dict(usage)}


def chunks(
    answer: Answer, *, model: str, completion_id: str, created: int, usage: Mapping[str, Any] | None
) -> Iterator[bytes]:
    """The same as server-sent events; `usage`, when given, is the last chunk before the end."""
    head = {"id": completion_id, "object": "chat.completion.chunk", "created": created, "model": model}
    for delta in _deltas(answer):
        yield _event({**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
    yield _event({**head, "choices": [{"index": 0, "delta": {}, "finish_reason": answer.finish_reason}]})
    if usage is not None:
        yield _event({**head, "choices": [], "usage": dict(usage)})
    yield b"data: [DONE]\n\n"


def words(text: str) -> list[str]:
    """`text` in pieces of about a word, which add up to it."""
    parts = text.split(" ")
    return [part + " " for part in parts[:-1]] + parts[-1:]


def error(message: str, *, kind: str = "server_error", code: str | None = None) -> dict[str, Any]:
    """The body of a refused request."""
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def wanted_schema(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The schema of `response_format` in a request, if it has one."""
    wanted = body.get("response_format") or {}
    if wanted.get("type") == "json_object":
        return {"type": "object", "properties": {"answer": {"type": "string"}}}
    return (wanted.get("json_schema") or {}).get("schema") if wanted.get("type") == "json_schema" else None


def _deltas(answer: Answer) -> Iterator[dict[str, Any]]:
    yield {"role": "assistant", "content": "" if answer.text else None}
    for index, call in enumerate(answer.tool_calls):
        yield {"tool_calls": [{"index": index, **call.as_message()}]}
    for word in words(answer.text) if answer.text else ():
        yield {"content": word}


def _event(payload: Mapping[str, Any]) -> bytes:
    return b"data: " + json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace") + b"\n\n"
