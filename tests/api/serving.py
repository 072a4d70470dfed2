"""One HTTP server for all tests of a process: starting and stopping one takes longer than most tests."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import uvicorn

from tests.conftest import wait_until

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


class Serving:
    """Answers on a free port with the app of the test that runs."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._app: ASGIApp | None = None
        self._answering = 0
        self._server = uvicorn.Server(uvicorn.Config(self, log_level="error", ws="none", lifespan="off"))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._listener]})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self._app is not None, "nobody is served"
        self._answering += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._answering -= 1

    @contextmanager
    def of(self, app: ASGIApp) -> Iterator[None]:
        """Within, it is this app that answers; at the end nobody waits for an answer of it any more."""
        self._app = app
        yield
        wait_until(lambda: not self._answering, "everybody to be answered or to have left")
        self._app = None

    def __enter__(self) -> Serving:
        self._thread.start()
        wait_until(lambda: self._server.started, "the server to start")
        return self

    def __exit__(self, *_: Any) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()
