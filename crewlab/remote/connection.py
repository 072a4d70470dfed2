"""One HTTP connection to the running app: the token goes with every request, errors come back as errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pydantic_core import to_json

from crewlab.errors import RemoteError
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

        # Settings of a proxy are for the world outside; this is a connection to our own app.
        self._client = httpx.Client(
            base_url=url.rstrip("/") + PREFIX,
            # Uncompressed: on one machine compressing takes longer than sending.
            headers={"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"},
            timeout=TIMEOUT_SECONDS,
            trust_env=False,
        )
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
        return self._send("POST", path, {}, to_json(dict(body or {}), fallback=_plain)).json()

    def _send(
        self, method: str, path: tuple[str, ...], query: Mapping[str, Any], body: bytes | None = None
    ) -> httpx.Response:
        import httpx

        target = "/" + "/".join(quote(part, safe="") for part in path)
        asked = {name: value for name, value in query.items() if value is not None}
        try:
            answer = self._client.request(method, target, params=asked, content=body)
        except httpx.TimeoutException as error:
            raise RemoteError(f"The app at {self.url} did not answer in {TIMEOUT_SECONDS:.0f} s.", _RESTART) from error
        except httpx.TransportError as error:
            raise RemoteError(f"The app at {self.url} cannot be reached.", _RESTART) from error
        except RuntimeError as error:  # how httpx says that the client was closed
            raise RemoteError("This connection to the app is closed.", "Call crewlab.open() again.") from error
        if answer.is_error:
            raise _error_of(answer, self.url)
        return answer


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
