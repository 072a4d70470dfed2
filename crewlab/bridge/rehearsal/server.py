"""The rehearsal model over the OpenAI protocol, for anything that speaks it. Knows no crewAI."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from crewlab.bridge.rehearsal.answers import Answer, answer, estimated_tokens
from crewlab.bridge.rehearsal.draws import Draws
from crewlab.bridge.rehearsal.openai_format import REHEARSAL_HEADER, chunks, completion, error, wanted_schema
from crewlab.bridge.rehearsal.prompt import read_prompt
from crewlab.bridge.rehearsal.text import VOICES

_MOST_BYTES = 20_000_000
_MOST_AT_ONCE = 1000
_LABEL = {REHEARSAL_HEADER: "true"}
"""Whoever is answered can know that the answer is made up, whatever the model is called."""
_PAUSES = 8
"""A streamed answer waits at most this many times, so that it costs about the same as a whole one."""


@dataclass
class RehearsalServer:
    """What the server was told to be like, and what it has counted so far."""

    latency_seconds: float = 0.0
    error_rate: float = 0.0
    seed: int = 0
    requests: int = 0
    failures: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    _failed_before: dict[str, int] = field(default_factory=dict, repr=False)

    def app(self) -> Starlette:
        """The routes under `/v1`; `GET /v1/rehearsal` answers with the counts."""
        return Starlette(
            routes=[
                Route("/v1/chat/completions", self._complete, methods=["POST"]),
                Route("/v1/models", _models),
                Route("/v1/rehearsal", self._counts),
            ]
        )

    async def _complete(self, request: Request) -> Response:
        self.requests += 1
        try:
            body = await _read(request)
        except ValueError as problem:
            return JSONResponse(error(str(problem), kind="invalid_request_error"), 400)
        if self._fails(body):
            self.failures += 1
            await asyncio.sleep(self.latency_seconds)
            return JSONResponse(error(f"The rehearsal server failed on purpose (error_rate {self.error_rate:g})."), 503)
        reply = answer(
            body["messages"],
            tools=body.get("tools"),
            schema=wanted_schema(body),
            seed=self.seed,
            voice=_voice(body),
        )
        return await self._reply(reply, body)

    async def _reply(self, reply: Answer, body: dict[str, Any]) -> Response:
        usage = self._counted(body, reply)
        common: dict[str, Any] = {
            "model": str(body.get("model") or "rehearsal/plain"),
            "completion_id": f"rehearsal-{self.requests}",
            "created": int(time.time()),
        }
        if body.get("stream"):
            wants_usage = (body.get("stream_options") or {}).get("include_usage")
            parts = chunks(reply, usage=usage if wants_usage else None, **common)
            return StreamingResponse(self._slowly(parts), headers=_LABEL, media_type="text/event-stream")
        await asyncio.sleep(self.latency_seconds)
        return JSONResponse(completion(reply, usage=usage, **common), headers=_LABEL)

    async def _slowly(self, parts: Iterator[bytes]) -> AsyncIterator[bytes]:
        """The chunks, spread over the latency."""
        events = list(parts)
        size = -(-len(events) // _PAUSES)
        for start in range(0, len(events), size):
            await asyncio.sleep(self.latency_seconds / _PAUSES)
            yield b"".join(events[start : start + size])

    def _fails(self, body: dict[str, Any]) -> bool:
        """Whether this request fails; the same content sent again draws anew, and after an answer from the start."""
        if not self.error_rate:
            return False
        whole = read_prompt(body["messages"]).whole
        number = self._failed_before.get(whole, 0) + 1
        fails = Draws(f"{self.seed}\n{number}\n{whole}").share() < self.error_rate
        if fails and len(self._failed_before) < _MOST_AT_ONCE:
            self._failed_before[whole] = number
        else:
            self._failed_before.pop(whole, None)
        return fails

    def _counted(self, body: dict[str, Any], reply: Answer) -> dict[str, int]:
        written = reply.text or json.dumps([call.as_message() for call in reply.tool_calls])
        prompt, output = estimated_tokens(read_prompt(body["messages"]).whole), estimated_tokens(written)
        self.input_tokens += prompt
        self.output_tokens += output
        return {"prompt_tokens": prompt, "completion_tokens": output, "total_tokens": prompt + output}

    async def _counts(self, _: Request) -> Response:
        names = ("requests", "failures", "input_tokens", "output_tokens")
        return JSONResponse({name: getattr(self, name) for name in names})


def serve(server: RehearsalServer, port: int, announce: Callable[[str], None]) -> None:
    """Serve on 127.0.0.1 until Ctrl-C; port 0 takes a free one. `announce` gets the base URL for clients.

    Raises:
        OSError: The port is taken.
    """
    with socket.create_server(("127.0.0.1", port)) as listening:
        config = uvicorn.Config(
            server.app(),
            log_level="warning",
            access_log=False,
            limit_concurrency=_MOST_AT_ONCE,
            timeout_graceful_shutdown=1,
        )
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
        with suppress(KeyboardInterrupt):  # uvicorn raises the signal again after it has stopped cleanly
            _Announced(config, partial(announce, url)).run(sockets=[listening])


class _Announced(uvicorn.Server):
    """Says that it serves once a Ctrl-C would end it cleanly."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._announce()


async def _models(_: Request) -> Response:
    models = [{"id": f"rehearsal/{voice}", "object": "model", "created": 0, "owned_by": "crewlab"} for voice in VOICES]
    return JSONResponse({"object": "list", "data": models})


async def _read(request: Request) -> dict[str, Any]:
    """The body of a request for a completion.

    Raises:
        ValueError: It is too large, not JSON, or has no messages.
    """
    received = bytearray()
    async for part in request.stream():
        received += part
        if len(received) > _MOST_BYTES:
            raise ValueError(f"The request is larger than {_MOST_BYTES} bytes.")
    body: Any = json.loads(received)
    messages = body.get("messages") if isinstance(body, dict) else None
    if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
        raise ValueError("The request has no list of messages.")
    return dict(body)


def _voice(body: dict[str, Any]) -> str:
    """The voice that the model's name ends with; any other name speaks plainly."""
    return str(body.get("model") or "").rpartition("/")[2]
