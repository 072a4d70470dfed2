"""A model server for tests: speaks the OpenAI protocol over real HTTP, does what it is told, and counts everything.

    with ModelServer(latency_seconds=0.5) as server:
        llm = {"model": "openai/any", "base_url": server.url}
        server.script(status(429, retry_after=0), garbage())      # the next two requests; after them it answers
        ...
        assert server.statuses == {429: 1, 200: 3}
        assert server.usage.input_tokens == ...

One thread, one event loop: hundreds of requests may wait at the same time. It ends with the `with`, or `close()`.
`python -m tests.model_server --latency 0.5` runs one until Ctrl-C and prints its URL.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import ssl
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any

from crewlab.bridge.rehearsal.answers import Answer, ToolCall, answer, estimated_tokens
from crewlab.bridge.rehearsal.openai_format import chunks, completion, error, wanted_schema
from crewlab.memory.embedding import OfflineEmbedder
from tests.conftest import wait_until

Body = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """What to do with one request."""

    kind: str = "answer"
    status: int = 200
    message: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    reply: Answer | None = None
    after_chunks: int = 0
    size: int = 0


def status(code: int, message: str = "", *, retry_after: float | None = None) -> Step:
    """Refuse with an HTTP status and an error body like a provider's."""
    headers = (("retry-after", f"{retry_after:g}"),) if retry_after is not None else ()
    return Step("status", code, message or f"scripted {code}", headers)


def hang() -> Step:
    """Never answer; the client has to give up."""
    return Step("hang")


def hold() -> Step:
    """Answer once the test says `release()`."""
    return Step("hold")


def together(size: int) -> tuple[Step, ...]:
    """For so many requests: none of them is answered before all of them wait at the same time."""
    return (Step("together", size=size),) * size


def garbage() -> Step:
    """Answer 200 with a body that is not JSON."""
    return Step("garbage")


def drop(*, after_chunks: int = 0) -> Step:
    """Close the connection: at once, or in a streamed answer after some chunks."""
    return Step("drop", after_chunks=after_chunks)


def stall(*, after_chunks: int) -> Step:
    """Begin a streamed answer, and never go on after some chunks."""
    return Step("stall", after_chunks=after_chunks)


def slow_headers() -> Step:
    """Send a header for ever, a byte at a time: the client hears something all the time, and never an answer."""
    return Step("slow headers")


def truncate() -> Step:
    """Announce a whole answer, send half of it and close the connection."""
    return Step("truncate")


def empty_choices() -> Step:
    """Answer 200 in the right shape, with nothing to choose from."""
    return Step("empty choices")


def call_tool(name: str, arguments: dict[str, Any] | str) -> Step:
    """Answer with the call of one tool; arguments that are text are sent as they are, JSON or not."""
    call = (
        WrittenCall("call_1", name, {}, arguments)
        if isinstance(arguments, str)
        else ToolCall("call_1", name, arguments)
    )
    return Step(reply=Answer(tool_calls=(call,)))


@dataclass(frozen=True)
class WrittenCall(ToolCall):
    """A tool call with arguments as a careless model writes them."""

    written: str = ""

    def as_message(self) -> dict[str, Any]:
        function = {"name": self.name, "arguments": self.written}
        return {"id": self.call_id, "type": "function", "function": function}


def say(text: str) -> Step:
    """Answer with exactly this text."""
    return Step(reply=Answer(text=text))


@dataclass
class Usage:
    """Tokens that the server has reported to its clients."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0

    def add(self, usage: Body) -> None:
        self.input_tokens += usage["prompt_tokens"]
        self.output_tokens += usage["completion_tokens"]
        self.cached_tokens += usage["prompt_tokens_details"]["cached_tokens"]
        self.reasoning_tokens += usage["completion_tokens_details"]["reasoning_tokens"]


@dataclass
class Request:
    """One request as it came, and how it went; `status` is 0 until it is answered, and if it never is."""

    path: str
    body: Body
    headers: dict[str, str]
    at: float = field(default_factory=time.monotonic)
    status: int = 0
    usage: Body | None = None
    dropped_by_client: bool = False

    @property
    def text(self) -> str:
        """All messages as one text."""
        return "\n".join(str(message.get("content") or "") for message in self.body.get("messages", ()))


class ModelServer:
    """The server; every attribute may be read while it runs."""

    def __init__(
        self,
        *,
        latency_seconds: float = 0.0,
        seed: int = 0,
        reply: Callable[[Body], Answer | str] | None = None,
        require_key: str | None = None,
        port: int = 0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """`reply` makes the answers; by default they are those of the rehearsal model."""
        self.latency_seconds = latency_seconds
        self.requests: list[Request] = []
        self.usage = Usage()
        self.statuses: Counter[int] = Counter()
        self.most_at_once = 0
        self._tls = tls
        self._seed, self._reply, self._key = seed, reply, require_key
        self._steps: deque[Step] = deque()
        self._steps_about: dict[str, deque[Step]] = {}
        self._open = 0
        self._loop = asyncio.new_event_loop()
        self._released = asyncio.Event()
        self._met: dict[int, asyncio.Event] = {}
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(port,), name="model-server", daemon=True)
        self._thread.start()
        wait_until(self._ready.is_set, "the model server to begin")

    @property
    def url(self) -> str:
        """The base URL for clients, with `/v1`."""
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self.port}/v1"

    @property
    def open_requests(self) -> int:
        return self._open

    def script(self, *steps: Step, about: str | None = None) -> None:
        """What to do with the next requests, one step each; afterwards requests are answered as usual.

        With `about`, only with requests whose messages contain that text.
        """
        (self._steps if about is None else self._steps_about.setdefault(about, deque())).extend(steps)

    def release(self) -> None:
        """Answer all that `hold()` holds, now and later."""
        self._loop.call_soon_threadsafe(self._released.set)

    def wait_for_requests(self, count: int) -> None:
        """Return once `count` requests have arrived."""
        wait_until(lambda: len(self.requests) >= count, f"{count} requests, got {len(self.requests)}")

    def requests_about(self, text: str) -> list[Request]:
        """The requests whose messages contain `text`."""
        return [request for request in list(self.requests) if text in request.text]

    def __enter__(self) -> ModelServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Drop what is open and stop; safe to call twice."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(10)

    # ---- on the server's own thread --------------------------------------------------------------------------

    def _serve(self, port: int) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._until_stopped(port))
        self._loop.close()

    async def _until_stopped(self, port: int) -> None:
        self._stopping = asyncio.Event()
        self._connections: set[asyncio.Task[None]] = set()
        server = await asyncio.start_server(self._connected, "127.0.0.1", port, backlog=1024, ssl=self._tls)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stopping.wait()
        server.close()
        for connection in list(self._connections):
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        client = _Client(reader)
        try:
            while await self._one_request(client, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client is gone, or the server is stopping
        finally:
            self._connections.discard(task)
            writer.close()

    async def _one_request(self, client: _Client, writer: asyncio.StreamWriter) -> bool:
        """Serve one request; whether the connection can take another."""
        request = await client.request()
        if request is None:
            return False
        if not request.path.endswith(("/chat/completions", "/embeddings")):
            return await self._other(request, writer)
        self.requests.append(request)
        step = self._next_step(request)
        self._open += 1
        self.most_at_once = max(self.most_at_once, self._open)
        try:
            return await self._unless_left(client, request, self._act(step, request, writer))
        finally:
            self._open -= 1

    def _next_step(self, request: Request) -> Step:
        about = (steps for text, steps in self._steps_about.items() if steps and text in request.text)
        steps = next(about, self._steps)
        return steps.popleft() if steps else Step()

    async def _unless_left(self, client: _Client, request: Request, action: Coroutine[Any, Any, bool]) -> bool:
        """Carry out `action`, unless the client hangs up meanwhile."""
        acting, leaving = asyncio.ensure_future(action), asyncio.ensure_future(client.left())
        try:
            await asyncio.wait((acting, leaving), return_when=asyncio.FIRST_COMPLETED)
            request.dropped_by_client = not acting.done()
            return await acting if acting.done() else False
        finally:
            for task in (acting, leaving):
                task.cancel()
            await asyncio.gather(acting, leaving, return_exceptions=True)

    async def _act(self, step: Step, request: Request, writer: asyncio.StreamWriter) -> bool:
        if step.kind == "hang":
            await asyncio.Event().wait()
        if step.kind == "hold":
            await self._released.wait()
        if step.kind == "together":
            await self._meet(step.size)
        await asyncio.sleep(self.latency_seconds)
        if step.kind == "drop" and not step.after_chunks:
            return False
        if self._key is not None and request.headers.get("authorization") != f"Bearer {self._key}":
            step = status(401, "Incorrect API key provided")
        if step.kind == "status":
            return await self._refuse(step, request, writer)
        if step.kind == "garbage":
            return await self._whole(200, b"<html>not a model</html>", request, writer, "text/html")
        if step.kind == "slow headers":
            return await self._trickle(writer)
        return await self._answer(step, request, writer)

    async def _meet(self, size: int) -> None:
        met = self._met.setdefault(size, asyncio.Event())
        if self._open >= size:
            met.set()
        await met.wait()

    async def _trickle(self, writer: asyncio.StreamWriter) -> bool:
        writer.write(b"HTTP/1.1 200 OK\r\nx-filler: ")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    async def _refuse(self, step: Step, request: Request, writer: asyncio.StreamWriter) -> bool:
        body = json.dumps(error(step.message, code=str(step.status))).encode()
        return await self._whole(step.status, body, request, writer, headers=step.headers)

    async def _answer(self, step: Step, request: Request, writer: asyncio.StreamWriter) -> bool:
        body = request.body
        if request.path.endswith("/embeddings"):
            return await self._whole(200, json.dumps(self._embedded(request)).encode(), request, writer)
        reply = step.reply or self._thought_of(body)
        usage = _usage(request, reply)
        common = {"model": str(body.get("model")), "completion_id": f"c{len(self.requests)}", "created": 1}
        if not body.get("stream"):
            self._report(request, usage)
            whole = completion(reply, usage=usage, **common)
            if step.kind == "empty choices":
                whole["choices"] = []
            cut = step.kind == "truncate"
            return await self._whole(200, json.dumps(whole).encode(), request, writer, cut=cut)
        wants_usage = (body.get("stream_options") or {}).get("include_usage")
        parts = chunks(reply, usage=usage if wants_usage else None, **common)
        if step.kind == "empty choices":
            parts = iter(
                [b'data: {"id": "c", "object": "chat.completion.chunk", "choices": []}\n\n', b"data: [DONE]\n\n"]
            )
        return await self._streamed(parts, step, request, usage, writer)

    def _embedded(self, request: Request) -> Body:
        """A vector for each text; the usage counts a token for each four characters."""
        texts = list(request.body["input"])
        rows = OfflineEmbedder().embed(texts).tolist()
        tokens = sum(estimated_tokens(text) for text in texts)
        request.usage = {"prompt_tokens": tokens, "total_tokens": tokens}
        self.usage.input_tokens += tokens
        data = [{"object": "embedding", "index": number, "embedding": row} for number, row in enumerate(rows)]
        return {"object": "list", "model": request.body["model"], "data": data, "usage": request.usage}

    def _thought_of(self, body: Body) -> Answer:
        if self._reply is not None:
            reply = self._reply(body)
            return Answer(text=reply) if isinstance(reply, str) else reply
        return answer(body["messages"], tools=body.get("tools"), schema=wanted_schema(body), seed=self._seed)

    async def _streamed(
        self, parts: Iterator[bytes], step: Step, request: Request, usage: Body, writer: asyncio.StreamWriter
    ) -> bool:
        self._count(request, 200)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        for number, part in enumerate(parts, 1):
            writer.write(b"%x\r\n%s\r\n" % (len(part), part))
            await writer.drain()
            if step.kind == "drop" and number >= step.after_chunks:
                return False
            if step.kind == "stall" and number >= step.after_chunks:
                await asyncio.Event().wait()
        if (request.body.get("stream_options") or {}).get("include_usage"):
            self._report(request, usage)
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True

    async def _whole(
        self,
        code: int,
        body: bytes,
        request: Request,
        writer: asyncio.StreamWriter,
        kind: str = "application/json",
        headers: tuple[tuple[str, str], ...] = (),
        cut: bool = False,
    ) -> bool:
        self._count(request, code)
        lines = [f"HTTP/1.1 {code} Scripted", f"content-type: {kind}", f"content-length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + (body[: len(body) // 2] if cut else body))
        await writer.drain()
        return not cut

    async def _other(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        if request.path.endswith("/models"):
            body: Body = {"object": "list", "data": [{"id": "any", "object": "model"}]}
            return await self._whole(200, json.dumps(body).encode(), request, writer)
        return await self._refuse(status(404, f"no such path {request.path}"), request, writer)

    def _count(self, request: Request, code: int) -> None:
        request.status = code
        self.statuses[code] += 1

    def _report(self, request: Request, usage: Body) -> None:
        request.usage = usage
        self.usage.add(usage)


def _usage(request: Request, reply: Answer) -> Body:
    """Token figures that differ from request to request, so that a mix-up cannot go unseen."""
    written = reply.text or json.dumps([call.as_message() for call in reply.tool_calls])
    prompt, output = estimated_tokens(request.text), estimated_tokens(written)
    return {
        "prompt_tokens": prompt,
        "completion_tokens": output,
        "total_tokens": prompt + output,
        "prompt_tokens_details": {"cached_tokens": prompt // 3},
        "completion_tokens_details": {"reasoning_tokens": output // 5},
    }


class _Client:
    """The reading side of a connection, which can also be watched for its end."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self._early = b""

    async def left(self) -> None:
        """Return when the client has hung up; a byte of its next request is kept for `request()`."""
        while byte := await self._reader.read(1):
            self._early += byte
            await asyncio.Event().wait()

    async def request(self) -> Request | None:
        """The next request, or `None` when the client has closed the connection."""
        try:
            head = self._early + await self._reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return None
        self._early = b""
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await self._reader.readexactly(int(headers.get("content-length") or 0))
        return Request(path=first.split(" ")[1], body=json.loads(body or b"{}"), headers=headers)


def main() -> None:
    """Serve until the standard input is closed or Ctrl-C."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--port", type=int, default=0)
    arguments = parser.parse_args()
    with ModelServer(latency_seconds=arguments.latency, port=arguments.port) as server:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
