"""The only retries: requests of one model call that failed in a way that may pass are sent again, later and later."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from crewlab.bridge.llms.call import ModelCall
from crewlab.bridge.llms.failures import Failure, failure_of
from crewlab.bridge.llms.request_number import REQUEST_NUMBER
from crewlab.errors import CrewLabError

T = TypeVar("T")
_LONGEST_WAIT_SECONDS = 120.0
"""A server that asks for more has failed: whoever waits should rather know."""


@dataclass(frozen=True)
class RetryPolicy:
    """How often, how long after, and how long each request may take."""

    attempts: int
    wait_seconds: float
    timeout_seconds: float

    def with_timeout(self, seconds: Any) -> RetryPolicy:
        """The same for a model that has a time limit of its own, which may be longer."""
        is_limit = isinstance(seconds, int | float) and not isinstance(seconds, bool) and seconds > 0
        return replace(self, timeout_seconds=float(seconds)) if is_limit else self

    def with_retries(self, retries: Any) -> RetryPolicy:
        """The same for a model that says itself how often a request is sent again."""
        is_count = isinstance(retries, int) and not isinstance(retries, bool) and retries >= 0
        return replace(self, attempts=retries + 1) if is_count else self

    async def send(self, request: Callable[[], Awaitable[T]], call: ModelCall) -> T:
        """The answer to `request`, sent at most `attempts` times.

        Raises:
            ModelCallError: No request succeeded.
        """
        number = 0
        while True:
            number += 1
            with self._one(call, number) as sent:
                async with asyncio.timeout(self.timeout_seconds):
                    return await request()
            await asyncio.sleep(sent.wait_seconds)
            await call.pace.admit(call)

    def send_blocking(self, request: Callable[[], T], call: ModelCall) -> T:
        """The same on a thread that may block; the provider's client keeps the time limit."""
        number = 0
        while True:
            number += 1
            with self._one(call, number) as sent:
                return request()
            time.sleep(sent.wait_seconds)
            call.pace.admit_blocking(call)

    @contextmanager
    def _one(self, call: ModelCall, number: int) -> Iterator[_Sent]:
        sent = _Sent()
        token = REQUEST_NUMBER.set(number)
        try:
            yield sent
        except CrewLabError:
            raise
        except Exception as error:  # noqa: BLE001 - a provider's client may raise anything; all of it is a failed call
            failure = failure_of(error, call.model, self.timeout_seconds)
            sent.wait_seconds = self._wait_or_raise(failure, number)
            call.sent_again(number, failure.status, failure.message, sent.wait_seconds)
        finally:
            REQUEST_NUMBER.reset(token)

    def _wait_or_raise(self, failure: Failure, number: int) -> float:
        asked = failure.retry_after_seconds
        if not failure.may_pass or number >= self.attempts or (asked or 0) > _LONGEST_WAIT_SECONDS:
            # Not `from`: the provider's own text may quote the key, and a traceback is kept and shown.
            raise failure.as_error(number) from None
        backoff = self.wait_seconds * 2 ** (number - 1) * random.uniform(0.8, 1.2)
        return min(backoff, _LONGEST_WAIT_SECONDS) if asked is None else asked


@dataclass
class _Sent:
    """What became of one request that failed."""

    wait_seconds: float = 0.0
