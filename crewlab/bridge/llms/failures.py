"""Why a request to a model failed, in one sentence, and whether sending it again may help."""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import openai
from crewai.utilities.agent_utils import is_context_length_exceeded
from pydantic import ValidationError

from crewlab.errors import ModelCallError

_TRY_IT = "Home > Use your own model > Test tries it."
_KEY_HINT = f"Check the key: {_TRY_IT}"
_CALL_HINT = "The call's messages and parameters are on the execution's page."
_UNTAKEN = re.compile(r"got an unexpected keyword argument '(\w+)'")
_SERVER_HINT = f"Check that the server runs and that its base URL is right; {_TRY_IT}"


@dataclass(frozen=True)
class Failure:
    """One failed request. `may_pass` says that the same request may succeed later."""

    message: str
    hint: str = ""
    status: int | None = None
    may_pass: bool = False
    retry_after_seconds: float | None = None

    def as_error(self, requests: int) -> ModelCallError:
        """The error for a person, once `requests` requests have failed."""
        tried = f" It was tried {requests} times." if requests > 1 else ""
        return ModelCallError(self.message + tried, self.hint, self.status)


def failure_of(error: BaseException, model: str, timeout_seconds: float) -> Failure:
    """Explain `error`, which a provider's client or crewAI's wrapper around it raised."""
    chain = list(_chain(error))
    status = next((status for link in chain if (status := _status(link)) is not None), None)
    if status is not None:
        return _by_status(status, model, chain)
    if any(isinstance(link, TimeoutError | httpx.TimeoutException | openai.APITimeoutError) for link in chain):
        return Failure(
            f"{model} did not answer within {timeout_seconds:g} s.",
            "Is the server overloaded? CREWLAB_MODEL_TIMEOUT_SECONDS allows more time.",
            may_pass=True,
        )
    unconnected = (ConnectionError, ssl.SSLError, httpx.TransportError, openai.APIConnectionError)
    if any(isinstance(link, unconnected) or _is_aiohttps(link) for link in chain):
        return _not_connected(chain, model)
    if any(isinstance(link, UnicodeEncodeError) and link.encoding == "ascii" for link in chain):
        hint = "Keys are plain letters, digits and signs. Copy the key again where the provider shows it."
        return Failure(f"The key for {model} has a character that keys cannot have.", hint)
    return _without_status(chain, model)


def hint_while_trying(failure: Failure) -> str:
    """The hint for a person who is trying the model right now, without the advice to do so."""
    return failure.hint.replace(f": {_TRY_IT}", ".").replace(f"; {_TRY_IT}", ".")


def told_by_provider(error: BaseException) -> str:
    """The provider's own sentence, as plain text; may quote the key. Empty when there is none."""
    chain = list(_chain(error))
    if detail := _detail(chain):
        return detail.removeprefix(": ")
    return " ".join(str(error).split()).partition(" - {")[0]


def unreadable(model: str) -> Failure:
    """The server answered, but not as a model server does."""
    hint = "Is the base URL that of an OpenAI-compatible server? It often ends in /v1."
    return Failure(f"The server of {model} sent an answer that cannot be read.", hint)


def is_too_long(error: BaseException) -> bool:
    """Whether a model call failed because the conversation does not fit into the model's context window."""
    return any(isinstance(link, Exception) and is_context_length_exceeded(link) for link in _chain(error))


def _not_connected(chain: list[BaseException], model: str) -> Failure:
    """No connection, none that can be trusted, or one that broke off before the answer was whole."""
    server = f"The server of {model}{_address(chain)}"
    refused = next((link for link in chain if isinstance(link, ssl.SSLError)), None)
    if refused is not None:
        reason = getattr(refused, "verify_message", "") or getattr(refused, "reason", "") or _text(refused)
        hint = "Is the base URL right, https and port included? SSL_CERT_FILE names certificates of your own."
        return Failure(f"{server} has no TLS connection that can be trusted: {reason.replace('_', ' ').lower()}.", hint)
    if any(isinstance(link, httpx.RemoteProtocolError | httpx.ReadError | httpx.WriteError) for link in chain):
        return Failure(f"{server} broke off before its answer was whole.", _SERVER_HINT, may_pass=True)
    return Failure(f"{server} cannot be reached.", _SERVER_HINT, may_pass=True)


def _by_status(status: int, model: str, chain: list[BaseException]) -> Failure:
    detail = _detail(chain)
    if status in (401, 403):
        return Failure(f"The provider of {model} refused the key (HTTP {status}).", _KEY_HINT, status)
    if status == 404:
        hint = "Check the model's name and the base URL."
        return Failure(f"The provider does not know the model {model} (HTTP 404).", hint, status)
    if status == 429:
        return _limited(model, chain)
    if status >= 500 or status in (408, 409):
        wait = _retry_after(chain)
        return Failure(f"The server of {model} failed (HTTP {status}){detail}.", _SERVER_HINT, status, True, wait)
    if any(isinstance(link, Exception) and is_context_length_exceeded(link) for link in chain):
        return _too_long(model, status)
    return Failure(f"The provider of {model} refused the request (HTTP {status}){detail}.", _CALL_HINT, status)


def _limited(model: str, chain: list[BaseException]) -> Failure:
    if any(getattr(link, "code", None) == "insufficient_quota" for link in chain):
        hint = "Add credit at the provider, or use another key."
        return Failure(f"The account behind the key for {model} has no credit left (HTTP 429).", hint, 429)
    hint = "Wait a while, run fewer executions at a time (CREWLAB_ADMISSION), or ask the provider for a higher limit."
    return Failure(f"{model} is rate limited (HTTP 429).", hint, 429, True, _retry_after(chain))


def _without_status(chain: list[BaseException], model: str) -> Failure:
    if any(isinstance(link, Exception) and is_context_length_exceeded(link) for link in chain):
        return _too_long(model, None)
    untaken = next((found for link in chain if (found := _UNTAKEN.search(str(link)))), None)
    if untaken is not None:
        hint = "Remove it, or correct its name; `check` says what the provider takes."
        return Failure(f"The package of the provider of {model} does not take the parameter {untaken[1]!r}.", hint)
    garbled = (json.JSONDecodeError, ValidationError, AttributeError, TypeError, LookupError)
    if any(isinstance(link, garbled) for link in chain):
        return unreadable(model)
    return Failure(f"The call to {model} failed: {_text(chain[0])}", _CALL_HINT)


def _too_long(model: str, status: int | None) -> Failure:
    hint = "Shorten the inputs or the context, or use a model with a larger window."
    return Failure(f"The conversation is longer than the context window of {model}.", hint, status)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and all that led to it. Some clients raise an error from itself, which hides its true cause."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        current = waiting.pop()
        if id(current) not in seen:
            seen.add(id(current))
            yield current
            waiting += [link for link in (current.__context__, current.__cause__) if link is not None]


def _status(error: BaseException) -> int | None:
    """The HTTP status, wherever the client of a provider keeps it."""
    response = getattr(error, "response", None)
    amazon = response.get("ResponseMetadata", {}) if isinstance(response, dict) else {}
    places = (
        getattr(error, "status_code", None),
        getattr(response, "status_code", None),
        getattr(error, "code", None),  # Google's
        amazon.get("HTTPStatusCode"),
    )
    return next((status for status in places if isinstance(status, int) and status >= 400), None)


def _retry_after(chain: list[BaseException]) -> float | None:
    """Seconds that the server asks to wait; a date, which providers do not send, is ignored."""
    for link in chain:
        headers: Any = getattr(getattr(link, "response", None), "headers", None) or {}
        try:
            return max(0.0, float(headers.get("retry-after", "")))
        except ValueError:
            continue
    return None


def _detail(chain: list[BaseException]) -> str:
    body = next((body for link in chain if isinstance(body := getattr(link, "body", None), dict)), {})
    nested = body.get("error")
    message = body.get("message") or (nested.get("message") if isinstance(nested, dict) else nested)
    return f": {str(message)[:300].rstrip('.')}" if message else ""


def _is_aiohttps(error: BaseException) -> bool:
    """Whether aiohttp, which comes with the packages of some providers only, could not connect."""
    return any(kind.__name__ == "ClientConnectionError" for kind in type(error).__mro__)


def _address(chain: list[BaseException]) -> str:
    """Host and port that were tried, where the client tells."""
    tried = next((link.request.url for link in chain if isinstance(link, openai.APIConnectionError)), None)
    return f" at {tried.netloc.decode()}" if tried is not None and tried.host else ""


def _text(error: BaseException) -> str:
    return (str(error) or type(error).__name__)[:300]
