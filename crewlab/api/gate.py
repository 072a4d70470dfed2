"""What every request passes: the name it asks for, the token, the lab, and errors turned into answers."""

from __future__ import annotations

import hmac
import inspect
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from crewlab import errors
from crewlab.api.hosts import is_known_host
from crewlab.api.operation import JSON, Call, Operation
from crewlab.api.reading_requests import call_of
from crewlab.errors import CrewLabError, RequestError, StoreClosedError
from crewlab.remote.connection import PREFIX
from crewlab.remote.error_json import error_to_json

if TYPE_CHECKING:
    from crewlab.lab import Lab

_STATUS_CODES: tuple[tuple[type[Exception], int], ...] = (
    (LookupError, 404),
    (errors.DuplicateNameError, 409),
    (errors.VersionConflictError, 409),
    (errors.IllegalTransitionError, 409),
    (errors.AnswerError, 409),
    (errors.ArgumentError, 422),
    (errors.DefinitionError, 422),
    (errors.InputsError, 422),
    (errors.KnowledgeError, 422),
    (errors.BuildError, 422),
    (errors.StoreError, 503),
    (errors.EngineClosedError, 503),
)
_NO_STORE = {"Cache-Control": "no-store"}

Endpoint = Callable[[Request], Awaitable[Response]]


class Gate:
    """Lets requests with the right token through to the lab.

    A page of another origin cannot know the token, whatever name it resolves to this address; and a name that is not
    ours is not answered at all.
    """

    def __init__(self, find_lab: Callable[[], Lab | None], token: str) -> None:
        self._find_lab = find_lab
        self._expected = f"Bearer {token}".encode()

    def endpoint(self, operation: Operation) -> Endpoint:
        """The Starlette endpoint of a route."""

        async def answer(request: Request) -> Response:
            self._require_token(request)
            lab = self._lab()
            call = await call_of(operation, request, lab.settings.max_request_bytes)
            return _response(operation, await _answered(operation, lab, call), request)

        return self.guarded(answer)

    def refusing(self, refusal: Callable[[Request], RequestError]) -> Endpoint:
        """An endpoint for requests that no route takes."""

        async def refuse(request: Request) -> Response:
            self._require_token(request)
            raise refusal(request)

        return self.guarded(refuse)

    def guarded(self, answer: Endpoint) -> Endpoint:
        """An endpoint that wants no token, only a name of ours; its errors become answers."""

        async def respond(request: Request) -> Response:
            try:
                self._require_host(request)
                return await answer(request)
            except CrewLabError as error:
                return Response(self._told(error), _status_code(error), {**_NO_STORE, **_headers(error)}, JSON)

        return respond

    def _require_host(self, request: Request) -> None:
        lab = self._find_lab()
        if not is_known_host(request.headers.get("host", ""), lab.settings.hosts if lab else ""):
            raise RequestError(
                403, "The app is not known by the name that was asked for.", "Name it in CREWLAB_HOSTS where it starts."
            )

    def _require_token(self, request: Request) -> None:
        given = request.headers.get("authorization", "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, self._expected):
            raise RequestError(401, "A token is needed.", "Send the one of endpoint.json as `Authorization: Bearer …`.")

    def _told(self, error: CrewLabError) -> bytes:
        """An error as JSON, without secrets: its message may repeat what a request said."""
        told, lab = error_to_json(error), self._find_lab()
        return to_json({"error": lab.redactor.mask(told) if lab else told})

    def _lab(self) -> Lab:
        lab = self._find_lab()
        if lab is None:
            raise StoreClosedError("The app has no open store.", "Open one of its pages: it says why.")
        return lab


async def _answered(operation: Operation, lab: Lab, call: Call) -> Any:
    if inspect.iscoroutinefunction(operation.answer):
        return await operation.answer(lab, call)
    return await run_in_threadpool(operation.answer, lab, call)


def _response(operation: Operation, result: Any, request: Request) -> Response:
    if isinstance(result, Response):
        return result
    headers = dict(_NO_STORE)
    if operation.location is not None:
        before, prefix, _ = request.url.path.partition(PREFIX)
        headers["Location"] = before + prefix + operation.location.format_map(_fields(result))
    return Response(to_json(result), operation.status, headers, JSON)


def _fields(result: Any) -> dict[str, Any]:
    return dict(result) if isinstance(result, dict) else vars(result)


def _status_code(error: CrewLabError) -> int:
    if isinstance(error, RequestError):
        return error.status
    return next((code for kind, code in _STATUS_CODES if isinstance(error, kind)), 400)


def _headers(error: CrewLabError) -> dict[str, str]:
    if not isinstance(error, RequestError):
        return {}
    if error.status == 401:
        return {"WWW-Authenticate": "Bearer"}
    return {"Allow": ", ".join(error.allowed)} if error.allowed else {}
