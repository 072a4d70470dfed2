"""What every request passes: the token, the lab, and errors turned into answers."""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import to_json
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from crewlab import errors
from crewlab.errors import CrewLabError, InputsError, StoreClosedError
from crewlab.remote.error_json import error_to_json

if TYPE_CHECKING:
    from crewlab.lab import Lab

_STATUS_CODES: tuple[tuple[type[Exception], int], ...] = (
    (LookupError, 404),
    (errors.DuplicateNameError, 409),
    (errors.VersionConflictError, 409),
    (errors.IllegalTransitionError, 409),
    (errors.DefinitionError, 422),
    (errors.InputsError, 422),
    (errors.BuildError, 422),
    (errors.StoreError, 503),
    (errors.EngineClosedError, 503),
)


_MOST_DIGITS = 18
"""The store counts with 64 bits."""


class Call(NamedTuple):
    """What a request asks: parts of its path, its query, its JSON body."""

    path: dict[str, Any]
    query: dict[str, str]
    body: dict[str, Any]

    def whole_number(self, name: str) -> int | None:
        """A number of the query. Raises `InputsError` when it is something else."""
        text = self.query.get(name)
        if text is None:
            return None
        if not text.isdecimal() or len(text) > _MOST_DIGITS:
            raise InputsError(f"{name}={text!r} is not a whole number.")
        return int(text)


Answer = Callable[["Lab", Call], Any]
"""Answers a call with a response, or with anything that becomes JSON. Runs in a thread: it may block."""


class Gate:
    """Lets requests with the right token through to the lab.

    A page of another origin cannot know the token, whatever name it resolves to this address.
    """

    def __init__(self, find_lab: Callable[[], Lab | None], token: str) -> None:
        self._find_lab = find_lab
        self._expected = f"Bearer {token}".encode()

    def endpoint(self, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        """The Starlette endpoint that answers with `answer`."""

        async def respond(request: Request) -> Response:
            given = request.headers.get("authorization", "").encode()
            if not hmac.compare_digest(given, self._expected):
                return Response("A token is needed.", 401, headers={"WWW-Authenticate": "Bearer"})
            try:
                call = Call(request.path_params, dict(request.query_params), await _body(request))
                return _response(await run_in_threadpool(answer, self._lab(), call))
            except CrewLabError as error:
                return Response(self._told(error), _status_code(error), _NO_STORE, _JSON)

        return respond

    def _told(self, error: CrewLabError) -> bytes:
        """An error as JSON, without secrets: its message may repeat what a request said."""
        told, lab = error_to_json(error), self._find_lab()
        return to_json({"error": lab.redactor.mask(told) if lab else told})

    def _lab(self) -> Lab:
        lab = self._find_lab()
        if lab is None:
            raise StoreClosedError("The app has no open store.", "Open one of its pages: it says why.")
        return lab


_JSON = "application/json"
_NO_STORE = {"Cache-Control": "no-store"}


async def _body(request: Request) -> dict[str, Any]:
    raw = await request.body()
    try:
        body = json.loads(raw) if raw else {}
    except (ValueError, RecursionError) as error:
        raise InputsError("The body of the request is not JSON.") from error
    if not isinstance(body, dict):
        raise InputsError("The body of the request is not a JSON object.")
    return body


def _response(result: Any) -> Response:
    return result if isinstance(result, Response) else Response(to_json(result), 200, _NO_STORE, _JSON)


def _status_code(error: CrewLabError) -> int:
    return next((code for kind, code in _STATUS_CODES if isinstance(error, kind)), 400)
