"""A local server for each wire format: text, tool calls, structured answers, streams, usage and errors, all counted.

Every wire asks the same: what was requested (`Asked`), and gives the same back: a text, one call of the first tool
until its result is there, or an object for a schema. What differs is how it is written.
"""

from __future__ import annotations

import json
import struct
import threading
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TEXT = "Tea cools as it waits."
TOOL_ARGUMENTS = {"file_path": "note.txt"}
TOOL_RESULT = "Tea is hot."
OBJECT = {"mood": "calm", "score": 7}
INPUT, CACHED, OUTPUT = 100, 40, 20
"""Tokens that every answer reports; the cached ones are part of the input."""

Body = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """One request, in words that all wires share."""

    tool: str | None = None
    """The name of the tool to call; `None` when none is offered, or its result is there."""
    wants_object: str | None = None
    """The tool through which an object is to be answered, or an empty text for an object as text."""
    streams: bool = False


Written = tuple[str, list[bytes]]
"""The media type and the chunks of an answer."""


@dataclass
class Wire:
    """How one provider asks and is answered."""

    read: Callable[[str, Body], Asked]
    write: Callable[[Asked], Written]
    refuse: Callable[[int], tuple[dict[str, str], Body]]


@dataclass
class WireServer:
    """Serves one wire on a free port while the `with` lasts. `refusals` are the statuses of the next requests."""

    wire: Wire
    refusals: list[int] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    requests: list[tuple[str, dict[str, str], Body]] = field(default_factory=list)
    hold: threading.Event | None = None
    """Answers wait for it, when it is there."""

    def __enter__(self) -> WireServer:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.hold is not None:
            self.hold.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, path: str, headers: dict[str, str], body: Body) -> tuple[int, dict[str, str], list[bytes]]:
        self.requests.append((path, headers, body))
        if self.hold is not None:
            self.hold.wait(30)
        status = self.refusals.pop(0) if self.refusals else 200
        self.statuses[status] += 1
        if status != 200:
            extra, told = self.wire.refuse(status)
            return status, {"Content-Type": "application/json", **extra}, [json.dumps(told).encode()]
        media, chunks = self.wire.write(self.wire.read(path, body))
        return 200, {"Content-Type": media}, chunks


def _handler(server: WireServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, extra, chunks = server.answer(self.path, headers, json.loads(raw or b"{}"))
            self.send_response(status)
            for name, value in extra.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(sum(map(len, chunks))))
            self.end_headers()
            for chunk in chunks:
                self.wfile.write(chunk)

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    return Handler


def _json(value: Body) -> Written:
    return "application/json", [json.dumps(value).encode()]


def _events(events: Iterator[Body], *, named: bool = False, done: bool = False) -> Written:
    lines = [
        (f"event: {event['type']}\n" if named else "").encode() + f"data: {json.dumps(event)}\n\n".encode()
        for event in events
    ]
    return "text/event-stream", [*lines, *([b"data: [DONE]\n\n"] if done else [])]


def _halves(text: str) -> tuple[str, str]:
    return text[: len(text) // 2], text[len(text) // 2 :]


def _openai_error(status: int) -> tuple[dict[str, str], Body]:
    return {"retry-after": "0"}, {"error": {"message": f"scripted {status}", "type": "error", "code": None}}


# -- Anthropic: messages ----------------------------------------------------------------------------------------------


def _read_anthropic(_: str, body: Body) -> Asked:
    tools = [tool["name"] for tool in body.get("tools") or []]
    has_result = any(
        isinstance(message["content"], list) and any(part.get("type") == "tool_result" for part in message["content"])
        for message in body["messages"]
    )
    wanted = "structured_output" if "structured_output" in tools else "" if body.get("output_format") else None
    tool = None if has_result or wanted is not None or not tools else tools[0]
    return Asked(tool, wanted, bool(body.get("stream")))


def _anthropic_block(asked: Asked) -> Body:
    if asked.tool:
        return {"type": "tool_use", "id": "toolu_1", "name": asked.tool, "input": TOOL_ARGUMENTS}
    if asked.wants_object:
        return {"type": "tool_use", "id": "toolu_1", "name": asked.wants_object, "input": OBJECT}
    return {"type": "text", "text": json.dumps(OBJECT) if asked.wants_object == "" else TEXT}


def _write_anthropic(asked: Asked) -> Written:
    block = _anthropic_block(asked)
    reason = "tool_use" if block["type"] == "tool_use" else "end_turn"
    usage = {
        "input_tokens": INPUT - CACHED,
        "cache_read_input_tokens": CACHED,
        "cache_creation_input_tokens": 0,
        "output_tokens": OUTPUT,
    }
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-x", "content": [block]}
    if not asked.streams:
        return _json({**message, "stop_reason": reason, "stop_sequence": None, "usage": usage})
    return _events(_anthropic_events(message, block, reason, usage), named=True)


def _anthropic_events(message: Body, block: Body, reason: str, usage: Body) -> Iterator[Body]:
    begun = {
        **message,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {**usage, "output_tokens": 1},
    }
    yield {"type": "message_start", "message": begun}
    is_text = block["type"] == "text"
    yield {
        "type": "content_block_start",
        "index": 0,
        "content_block": {"type": "text", "text": ""} if is_text else {**block, "input": {}},
    }
    for half in _halves(block["text"] if is_text else json.dumps(block["input"])):
        delta = {"type": "text_delta", "text": half} if is_text else {"type": "input_json_delta", "partial_json": half}
        yield {"type": "content_block_delta", "index": 0, "delta": delta}
    yield {"type": "content_block_stop", "index": 0}
    yield {
        "type": "message_delta",
        "delta": {"stop_reason": reason, "stop_sequence": None},
        "usage": {"output_tokens": OUTPUT},
    }
    yield {"type": "message_stop"}


def _refuse_anthropic(status: int) -> tuple[dict[str, str], Body]:
    kind = {401: "authentication_error", 429: "rate_limit_error"}.get(status, "api_error")
    return {"retry-after": "0"}, {"type": "error", "error": {"type": kind, "message": f"scripted {status}"}}


# -- Google: generateContent ------------------------------------------------------------------------------------------


def _read_gemini(path: str, body: Body) -> Asked:
    declared = [one for tool in body.get("tools") or [] for one in tool.get("functionDeclarations") or []]
    has_result = any("functionResponse" in part for turn in body["contents"] for part in turn["parts"])
    config = body.get("generationConfig") or {}
    wanted = "" if config.get("responseJsonSchema") or config.get("responseSchema") else None
    name = declared[0]["name"] if declared and not has_result else None
    is_object = bool(name) and name == "structured_output"
    return Asked(None if is_object else name, name if is_object else wanted, "streamGenerateContent" in path)


def _write_gemini(asked: Asked) -> Written:
    usage = {
        "promptTokenCount": INPUT,
        "cachedContentTokenCount": CACHED,
        "candidatesTokenCount": OUTPUT,
        "totalTokenCount": INPUT + OUTPUT,
    }
    if asked.tool or asked.wants_object:
        called = {"name": asked.tool or asked.wants_object, "args": TOOL_ARGUMENTS if asked.tool else OBJECT}
        parts = [{"functionCall": called}]
    else:
        text = json.dumps(OBJECT) if asked.wants_object == "" else TEXT
        parts = [{"text": half} for half in _halves(text)] if asked.streams else [{"text": text}]
    answers = [
        {
            "candidates": [{"content": {"role": "model", "parts": [part]}, "finishReason": "STOP", "index": 0}],
            "usageMetadata": usage,
            "modelVersion": "gemini-x",
            "responseId": "r1",
        }
        for part in parts
    ]
    return _events(iter(answers)) if asked.streams else _json(answers[0])


def _refuse_gemini(status: int) -> tuple[dict[str, str], Body]:
    kind = {401: "UNAUTHENTICATED", 429: "RESOURCE_EXHAUSTED"}.get(status, "INTERNAL")
    return {"retry-after": "0"}, {"error": {"code": status, "message": f"scripted {status}", "status": kind}}


# -- Amazon: converse -------------------------------------------------------------------------------------------------


def _read_bedrock(path: str, body: Body) -> Asked:
    tools = [tool["toolSpec"]["name"] for tool in (body.get("toolConfig") or {}).get("tools") or []]
    has_result = any("toolResult" in part for message in body["messages"] for part in message["content"])
    wanted = next((name for name in tools if "structured" in name), None)
    tool = None if has_result or wanted or not tools else tools[0]
    return Asked(tool, wanted, path.endswith("converse-stream"))


def _write_bedrock(asked: Asked) -> Written:
    name = asked.tool or asked.wants_object
    called = {"toolUseId": "t1", "name": name, "input": TOOL_ARGUMENTS if asked.tool else OBJECT}
    usage = {
        "inputTokens": INPUT - CACHED,
        "outputTokens": OUTPUT,
        "totalTokens": INPUT + OUTPUT,
        "cacheReadInputTokens": CACHED,
        "cacheWriteInputTokens": 0,
    }
    reason = "tool_use" if name else "end_turn"
    if asked.streams:
        return "application/vnd.amazon.eventstream", list(_bedrock_events(called if name else None, reason, usage))
    content = {"toolUse": called} if name else {"text": TEXT}
    output = {"message": {"role": "assistant", "content": [content]}}
    return _json({"output": output, "stopReason": reason, "usage": usage, "metrics": {"latencyMs": 1}})


def _bedrock_events(called: Body | None, reason: str, usage: Body) -> Iterator[bytes]:
    yield _framed("messageStart", {"role": "assistant"})
    if called:
        start = {"toolUse": {"toolUseId": called["toolUseId"], "name": called["name"]}}
        yield _framed("contentBlockStart", {"contentBlockIndex": 0, "start": start})
    for half in _halves(json.dumps(called["input"]) if called else TEXT):
        delta = {"toolUse": {"input": half}} if called else {"text": half}
        yield _framed("contentBlockDelta", {"contentBlockIndex": 0, "delta": delta})
    yield _framed("contentBlockStop", {"contentBlockIndex": 0})
    yield _framed("messageStop", {"stopReason": reason})
    yield _framed("metadata", {"usage": usage, "metrics": {"latencyMs": 1}})


def _framed(kind: str, payload: Body) -> bytes:
    """One message of Amazon's event stream: lengths, checksum, headers, payload, checksum."""
    values = {":event-type": kind, ":content-type": "application/json", ":message-type": "event"}
    headers = b"".join(
        bytes([len(name)]) + name.encode() + b"\x07" + struct.pack(">H", len(value)) + value.encode()
        for name, value in values.items()
    )
    data = json.dumps(payload).encode()
    prelude = struct.pack(">II", 16 + len(headers) + len(data), len(headers))
    whole = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + data
    return whole + struct.pack(">I", zlib.crc32(whole))


def _refuse_bedrock(status: int) -> tuple[dict[str, str], Body]:
    kinds = {401: "UnrecognizedClientException", 429: "ThrottlingException"}
    return {"x-amzn-errortype": kinds.get(status, "InternalServerException")}, {"message": f"scripted {status}"}


# -- OpenAI: chat completions (Azure and everybody compatible) ---------------------------------------------------------


def _read_chat(_: str, body: Body) -> Asked:
    tools = [tool["function"]["name"] for tool in body.get("tools") or []]
    has_result = any(message["role"] == "tool" for message in body["messages"]) or TOOL_RESULT in json.dumps(body)
    wanted = "" if (body.get("response_format") or {}).get("type") == "json_schema" else None
    return Asked(None if has_result or not tools else tools[0], wanted, bool(body.get("stream")))


_CHAT_USAGE = {
    "prompt_tokens": INPUT,
    "completion_tokens": OUTPUT,
    "total_tokens": INPUT + OUTPUT,
    "prompt_tokens_details": {"cached_tokens": CACHED},
}


def _write_chat(asked: Asked) -> Written:
    head = {"id": "c1", "created": 1, "model": "m"}
    reason = "tool_calls" if asked.tool else "stop"
    called = {"name": asked.tool, "arguments": json.dumps(TOOL_ARGUMENTS)}
    text = json.dumps(OBJECT) if asked.wants_object == "" else TEXT
    if asked.streams:
        return _events(_chat_events(head, reason, called if asked.tool else None, text), done=True)
    said: Body = {"role": "assistant", "content": None if asked.tool else text}
    if asked.tool:
        said["tool_calls"] = [{"id": "call_1", "type": "function", "function": called}]
    choice = {"index": 0, "message": said, "finish_reason": reason}
    return _json({**head, "object": "chat.completion", "choices": [choice], "usage": _CHAT_USAGE})


def _chat_events(head: Body, reason: str, called: Body | None, text: str) -> Iterator[Body]:
    head = {**head, "object": "chat.completion.chunk"}
    if called:
        begun = {"index": 0, "id": "call_1", "type": "function", "function": {**called, "arguments": ""}}
        deltas: list[Body] = [{"role": "assistant", "tool_calls": [begun]}]
        halves = _halves(called["arguments"])
        deltas += [{"tool_calls": [{"index": 0, "function": {"arguments": half}}]} for half in halves]
    else:
        deltas = [{"role": "assistant", "content": half} for half in _halves(text)]
    for delta in deltas:
        yield {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
    yield {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}
    yield {**head, "choices": [], "usage": _CHAT_USAGE}


# -- OpenAI: responses ------------------------------------------------------------------------------------------------


def _read_responses(_: str, body: Body) -> Asked:
    tools = [tool["name"] for tool in body.get("tools") or [] if tool.get("type") == "function"]
    turns = body["input"] if isinstance(body["input"], list) else []
    has_result = any(turn.get("type") == "function_call_output" or turn.get("role") == "tool" for turn in turns)
    wanted = "" if ((body.get("text") or {}).get("format") or {}).get("type") == "json_schema" else None
    return Asked(None if has_result or not tools else tools[0], wanted, bool(body.get("stream")))


def _write_responses(asked: Asked) -> Written:
    text = json.dumps(OBJECT) if asked.wants_object == "" else TEXT
    part = {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
    arguments = json.dumps(TOOL_ARGUMENTS)
    item: Body = {"id": "m1", "type": "message", "role": "assistant", "status": "completed", "content": [part]}
    if asked.tool:
        item = {"id": "f1", "type": "function_call", "call_id": "call_1", "name": asked.tool, "arguments": arguments}
        item["status"] = "completed"
    whole = {
        "id": "resp_1",
        "object": "response",
        "created_at": 1,
        "model": "gpt-x",
        "status": "completed",
        "output": [item],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": {
            "input_tokens": INPUT,
            "input_tokens_details": {"cached_tokens": CACHED},
            "output_tokens": OUTPUT,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": INPUT + OUTPUT,
        },
    }
    return _events(_responses_events(whole, item, text), named=True) if asked.streams else _json(whole)


def _responses_events(whole: Body, item: Body, text: str) -> Iterator[Body]:
    begun = {**whole, "status": "in_progress", "output": [], "usage": None}
    yield {"type": "response.created", "sequence_number": 0, "response": begun}
    at = {"output_index": 0, "item_id": item["id"]}
    is_call = item["type"] == "function_call"
    empty = {**item, "status": "in_progress", **({"arguments": ""} if is_call else {"content": []})}
    yield {"type": "response.output_item.added", "sequence_number": 1, "output_index": 0, "item": empty}
    for number, half in enumerate(_halves(item["arguments"] if is_call else text), start=2):
        if is_call:
            yield {"type": "response.function_call_arguments.delta", "sequence_number": number, "delta": half, **at}
        else:
            extra = {"content_index": 0, "logprobs": []}
            yield {"type": "response.output_text.delta", "sequence_number": number, "delta": half, **at, **extra}
    yield {"type": "response.output_item.done", "sequence_number": 8, "output_index": 0, "item": item}
    yield {"type": "response.completed", "sequence_number": 9, "response": whole}


ANTHROPIC = Wire(_read_anthropic, _write_anthropic, _refuse_anthropic)
GEMINI = Wire(_read_gemini, _write_gemini, _refuse_gemini)
BEDROCK = Wire(_read_bedrock, _write_bedrock, _refuse_bedrock)
CHAT = Wire(_read_chat, _write_chat, _openai_error)
RESPONSES = Wire(_read_responses, _write_responses, _openai_error)
