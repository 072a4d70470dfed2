"""Routes over one lab, behind one token, and the file that tells other processes of them."""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crewlab.api.document import openapi
from crewlab.api.gate import Gate
from crewlab.api.operation import JSON, Operation
from crewlab.api.routes import OPERATIONS
from crewlab.api.stopping import told_of_stop
from crewlab.api.unknown import AnyMethod, refusal
from crewlab.remote.connection import PREFIX
from crewlab.remote.endpoint import Endpoint

if TYPE_CHECKING:
    from crewlab.lab import Lab

Lifespan = Callable[[Any], AbstractAsyncContextManager[dict[str, Any] | None]]


class Api:
    """What `app.py` mounts. The token is new in every process and never leaves the 0600 file but to be compared.

    `find_lab` returns the open lab or `None`, and is asked at each request.
    """

    def __init__(self, find_lab: Callable[[], Lab | None]) -> None:
        self._find_lab = find_lab
        self._token = secrets.token_urlsafe(32)
        self._gate = Gate(find_lab, self._token)
        self._published: tuple[Endpoint, Path] | None = None

    @property
    def routes(self) -> list[Route]:
        """All routes, each behind the token; the document that describes them tells nothing of the lab and is open."""
        return [
            *(self._route(operation) for operation in OPERATIONS),
            Route(f"{PREFIX}/openapi.json", self._gate.guarded(_document), methods=["GET"]),
            Route(f"{PREFIX}/{{rest:path}}", AnyMethod(self._gate.refusing(refusal))),
        ]

    def published(self, lifespan: Lifespan, url: Callable[[], str]) -> Lifespan:
        """The lifespan, with `endpoint.json` there while it lasts and taken away before the lab closes."""

        @asynccontextmanager
        async def whole(app: Any) -> AsyncIterator[dict[str, Any] | None]:
            async with lifespan(app) as state:
                self.publish(url())
                with told_of_stop(self._end_streams):
                    try:
                        yield state
                    finally:
                        self.withdraw()

        return whole

    def publish(self, url: str) -> None:
        """Write `endpoint.json` for the open lab.

        An app that could not open the store leaves the file of the process that holds it alone.
        """
        lab = self._find_lab()
        if lab is not None:
            self._published = Endpoint(url=url, token=self._token, pid=os.getpid()), lab.settings.endpoint
            self._published[0].write(self._published[1])

    def withdraw(self) -> None:
        """Take `endpoint.json` away, if this app wrote it. Doing it twice is harmless."""
        if self._published:
            endpoint, path = self._published
            endpoint.remove(path)
            self._published = None

    def _end_streams(self) -> None:
        """The server waits for open answers before it stops, and a stream may have no end."""
        lab = self._find_lab()
        if lab is not None:
            lab.following.close()

    def _route(self, operation: Operation) -> Route:
        return Route(PREFIX + operation.path, self._gate.endpoint(operation), methods=[operation.method])


@cache
def _written() -> bytes:
    return to_json(openapi(OPERATIONS))


async def _document(request: Request) -> Response:
    return Response(_written(), media_type=JSON)
