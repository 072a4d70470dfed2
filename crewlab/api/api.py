"""Routes over one lab, behind one token, and the file that tells other processes of them."""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from crewlab.api.gate import Answer, Gate
from crewlab.api.reading import READING
from crewlab.api.running import RUNNING
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
        """All routes, each behind the token."""
        return [
            *(self._route("GET", path, answer) for path, answer in READING.items()),
            *(self._route("POST", path, answer) for path, answer in RUNNING.items()),
        ]

    def published(self, lifespan: Lifespan, url: Callable[[], str]) -> Lifespan:
        """The lifespan, with `endpoint.json` there while it lasts and taken away before the lab closes."""

        @asynccontextmanager
        async def whole(app: Any) -> AsyncIterator[dict[str, Any] | None]:
            async with lifespan(app) as state:
                self.publish(url())
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

    def _route(self, method: str, path: str, answer: Answer) -> Route:
        return Route(PREFIX + path, self._gate.endpoint(answer), methods=[method])
