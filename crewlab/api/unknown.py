"""What is said to requests below `/api/v1` that no route takes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import compile_path
from starlette.types import Receive, Scope, Send

from crewlab.api.routes import OPERATIONS
from crewlab.errors import RequestError
from crewlab.remote.connection import PREFIX

_TAKEN = [(compile_path(PREFIX + operation.path)[0], operation.method) for operation in OPERATIONS]


class AnyMethod:
    """An endpoint for whatever method there is: as a plain function, Starlette would let it take some only."""

    def __init__(self, answer: Callable[[Request], Awaitable[Response]]) -> None:
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)


def refusal(request: Request) -> RequestError:
    """A 405 that names the methods of this path, or a 404."""
    path = request.scope["path"]
    allowed = sorted({method for pattern, method in _TAKEN if pattern.match(path)})
    hint = f"{PREFIX}/openapi.json lists every route."
    if allowed:
        return RequestError(405, f"{path} takes {' and '.join(allowed)}, not {request.method}.", hint, allowed)
    return RequestError(404, f"There is nothing at {path}.", hint)
