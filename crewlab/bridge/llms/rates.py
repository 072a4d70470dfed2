"""Limits of requests and tokens per minute, and who keeps them. Light: knows no crewAI."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class RateLimit:
    """What may be asked of models within a minute, by everybody who shares `key`; `None` is as much as they like."""

    key: str
    what: str
    """Who or what is limited, in words, as in "the crew"."""
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None


OnWait = Callable[[RateLimit, float], None]
"""Called when a call has to wait for its turn: under which limit, and for about how many seconds."""


class Admission(Protocol):
    """A request that may be sent now."""

    def used(self, tokens: int) -> None:
        """Say how many tokens it was in the end."""
        ...


class RateLimiter(Protocol):
    """Lets requests begin as fast as limits allow. Shared by all attempts, loops and threads."""

    async def admit(self, limits: Sequence[RateLimit], tokens: int, on_wait: OnWait) -> Admission:
        """Wait, without blocking the loop, until all `limits` have room for one more request of about `tokens`."""
        ...

    def admit_blocking(
        self, limits: Sequence[RateLimit], tokens: int, on_wait: OnWait, is_over: Callable[[], bool]
    ) -> Admission:
        """`admit` for a thread that may block. Raises `CrewLabError` once `is_over` says that nobody waits for it."""
        ...
