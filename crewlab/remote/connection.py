"""HTTP connections to the running app: the token goes with every request, errors come back as errors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pydantic_core import PydanticSerializationError, to_json

from crewlab.errors import AppUnreachableError, RemoteError
from crewlab.remote.error_json import error_from_json

if TYPE_CHECKING:
    import httpx

PREFIX = "/api/v1"
TIMEOUT_SECONDS = 60.0

_RESTART = "Start the app again, or stop it and call crewlab.open() anew to open the store directly."


class Connection:
    """Requests to one app. Safe to use from any thread; close it when done."""

    def __init__(self, url: str, token: str) -> None:
        import httpx

        self._options: dict[str, Any] = {
            "base_url": url.rstrip("/") + PREFIX,
            # Uncompressed: on one machine compressing takes longer than sending.
            "headers": {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"},
            "timeout": TIMEOUT_SECONDS,
            # Settings of a proxy are for the world outside; this is a connection to our own app.
            "trust_env": False,
            "verify": url.startswith("https:"),  # reading certificates takes longer than most requests
        }
        self._client = httpx.Client(**self._options)
        self.url = url

    def close(self) -> None:
        """Let go of the sockets. Doing it twice is harmless."""
        self._client.close()

    def get(self, *path: str, **query: Any) -> Any:
        """The JSON at this path; query values that are `None` are left out."""
        return self._send("GET", path, query).json()

    def get_bytes(self, *path: str, **query: Any) -> bytes:
        """The raw answer at this path."""
        return self._send("GET", path, query).content

    def post(self, *path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Ask for something to be done; the JSON that comes back."""
        return self._send("POST", path, {}, _written(body)).json()

    def put(self, *path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Put something in its place; the JSON that comes back."""
        return self._send("PUT", path, {}, _written(body)).json()

    def delete(self, *path: str, **query: Any) -> Any:
        """Take something away; the JSON that comes back."""
        return self._send("DELETE", path, query).json()

    @contextmanager
    def stream(self, *path: str, headers: Mapping[str, str], **query: Any) -> Iterator[httpx.Response]:
        """An answer whose parts are read while they come. Raises `AppUnreachableError` wherever it is cut."""
        asked = self._client.stream("GET", _target(path), params=_given(query), headers=headers)
        with self._or_unreachable(), asked as answer:
            if answer.is_error:
                answer.read()
                raise _error_of(answer, self.url)
            yield answer

    @asynccontextmanager
    async def on_this_loop(self) -> AsyncIterator[AsyncConnection]:
        """The same for a coroutine, until it is left: an asynchronous client belongs to one loop."""
        import httpx

        async with httpx.AsyncClient(**self._options) as client:
            yield AsyncConnection(client, self.url)

    def _send(
        self, method: str, path: tuple[str, ...], query: Mapping[str, Any], body: bytes | None = None
    ) -> httpx.Response:
        with self._or_unreachable():
            answer = self._client.request(method, _target(path), params=_given(query), content=body)
        if answer.is_error:
            raise _error_of(answer, self.url)
        return answer

    @contextmanager
    def _or_unreachable(self) -> Iterator[None]:
        with _translated(self.url):
            try:
                yield
            except RuntimeError as error:  # how httpx says that the client was closed
                raise RemoteError("This connection to the app is closed.", "Call crewlab.open() again.") from error


class AsyncConnection:
    """Requests to one app that do not block the loop they are made on."""

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        self._client, self._url = client, url

    async def get(self, *path: str, **query: Any) -> Any:
        """As `Connection.get`."""
        return await self._json("GET", path, query)

    async def post(self, *path: str, body: Mapping[str, Any] | None = None) -> Any:
        """As `Connection.post`."""
        return await self._json("POST", path, {}, _written(body))

    @asynccontextmanager
    async def stream(self, *path: str, headers: Mapping[str, str]) -> AsyncIterator[httpx.Response]:
        """As `Connection.stream`."""
        with _translated(self._url):
            async with self._client.stream("GET", _target(path), headers=headers) as answer:
                if answer.is_error:
                    await answer.aread()
                    raise _error_of(answer, self._url)
                yield answer

    async def _json(
        self, method: str, path: tuple[str, ...], query: Mapping[str, Any], body: bytes | None = None
    ) -> Any:
        with _translated(self._url):
            answer = await self._client.request(method, _target(path), params=_given(query), content=body)
        if answer.is_error:
            raise _error_of(answer, self._url)
        return answer.json()


@contextmanager
def _translated(url: str) -> Iterator[None]:
    """What httpx says of a connection, as errors of ours."""
    import httpx

    try:
        yield
    except httpx.TimeoutException as error:
        raise AppUnreachableError(f"The app at {url} did not answer in {TIMEOUT_SECONDS:.0f} s.", _RESTART) from error
    except httpx.TransportError as error:
        raise AppUnreachableError(f"The app at {url} cannot be reached.", _RESTART) from error


def _target(path: tuple[str, ...]) -> str:
    return "/" + "/".join(quote(str(part), safe="", errors="replace") for part in path)


def _given(query: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in query.items() if value is not None}


def _written(body: Mapping[str, Any] | None) -> bytes:
    try:
        return to_json(dict(body or {}), fallback=_plain)
    except (PydanticSerializationError, ValueError, RecursionError) as error:
        what = "It holds something that JSON has no form for: half a character, or itself."
        raise RemoteError(what, "Take it out, then try again.") from error


def _plain(value: Any) -> Any:
    """A number of numpy, as in a row of a frame, is a number; what JSON has no form for is its text."""
    return value.item() if hasattr(value, "item") else str(value)


def _error_of(answer: httpx.Response, url: str) -> Exception:
    if answer.status_code == 401:
        return RemoteError(f"The app at {url} does not accept this token.", "Call crewlab.open() again.")
    if answer.headers.get("content-type", "").startswith("application/json"):
        data = answer.json()
        if isinstance(data, dict) and isinstance(data.get("error"), dict):
            return error_from_json(data["error"])
    return RemoteError(f"The app at {url} answered with HTTP status {answer.status_code}.", _RESTART)
