"""One limit: what was asked under it within the last minute, and who waits. Not thread-safe by itself."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crewlab.executions.engine_state import RateUse

if TYPE_CHECKING:
    from crewlab.bridge.llms.rates import RateLimit

UNKNOWN_SECONDS = 1.0
"""How soon to look again when it depends on requests that have not been sent yet."""


@dataclass(eq=False)
class Place:
    """One request under one limit."""

    meter: RateMeter
    tokens: int
    wake: Callable[[], None] = field(repr=False)
    """Called, from any thread, when it was let in or has become the first who waits."""
    is_in: bool = False
    """Whether it was let in."""
    sent_at: float | None = None


class RateMeter:
    """The places of one limit: sent within the window, let in and not sent yet, and waiting, in the order they came."""

    def __init__(self, limit: RateLimit, window_seconds: float) -> None:
        self.limit, self._window = limit, window_seconds
        self._sent: deque[Place] = deque()
        self._let_in: dict[Place, None] = {}
        self._waiting: deque[Place] = deque()
        self._tokens = 0
        """Of everybody who is in."""

    def join(self, place: Place, now: float) -> None:
        """Come in at once where there is room and nobody waits, else wait behind the others."""
        self._waiting.append(place)
        self.admit(now)

    def leave(self, place: Place, now: float) -> None:
        """Give a place up that was not used; others may follow."""
        if place.is_in:
            if place in self._let_in:
                del self._let_in[place]
                self._tokens -= place.tokens
        elif place in self._waiting:
            self._waiting.remove(place)
        self.admit(now)

    def begin(self, place: Place, now: float) -> None:
        """The request is sent: its minute begins."""
        if place in self._let_in:
            del self._let_in[place]
            place.sent_at = now
            self._sent.append(place)
            if self._waiting:
                self._waiting[0].wake()  # it is known now when there will be room

    def correct(self, place: Place, tokens: int) -> None:
        """The request used another number of tokens than was thought."""
        if self._is_counted(place):
            self._tokens += tokens - place.tokens
            fewer, place.tokens = tokens < place.tokens, tokens
            if fewer and self._waiting:
                self._waiting[0].wake()

    def admit(self, now: float) -> tuple[Place | None, float]:
        """Let in everybody who has room, in order; the first who has none, and in how many seconds it may have."""
        self._forget(now)
        let_in = 0
        while self._waiting and self._has_room(self._waiting[0]):
            place = self._waiting.popleft()
            place.is_in = True
            self._let_in[place] = None
            self._tokens += place.tokens
            place.wake()
            let_in += 1
        if not self._waiting:
            return None, 0.0
        first = self._waiting[0]
        if let_in:
            first.wake()
        return first, self._seconds_until_room(first, now)

    def expected_wait(self, place: Place, now: float) -> float:
        """About how many seconds `place` has yet to wait."""
        if place.is_in or place not in self._waiting:
            return 0.0
        first = self._seconds_until_room(self._waiting[0], now)
        ahead = self._waiting.index(place)
        if self.limit.requests_per_minute is None:
            return first
        return first + self._window * math.floor(ahead / self.limit.requests_per_minute)

    def use(self, now: float) -> RateUse:
        """How the limit stands."""
        self._forget(now)
        limit = self.limit
        return RateUse(
            limit.key,
            limit.what,
            self._count,
            limit.requests_per_minute,
            self._tokens,
            limit.tokens_per_minute,
            len(self._waiting),
        )

    @property
    def _count(self) -> int:
        return len(self._sent) + len(self._let_in)

    def _forget(self, now: float) -> None:
        """What was sent before the window."""
        while self._sent and (self._sent[0].sent_at or 0.0) + self._window <= now:
            self._tokens -= self._sent.popleft().tokens

    def _is_counted(self, place: Place) -> bool:
        """Whether it was sent within the window."""
        oldest = self._sent[0].sent_at if self._sent else None
        return oldest is not None and place.sent_at is not None and place.sent_at >= oldest

    def _has_room(self, place: Place) -> bool:
        return self._too_many_requests() <= 0 and self._too_many_tokens(place) <= 0

    def _too_many_requests(self) -> int:
        limit = self.limit.requests_per_minute
        return 0 if limit is None else self._count + 1 - limit

    def _too_many_tokens(self, place: Place) -> int:
        """A request that is larger than the limit itself waits for an empty minute, not for ever."""
        limit = self.limit.tokens_per_minute
        return 0 if limit is None else self._tokens + min(place.tokens, limit) - limit

    def _seconds_until_room(self, place: Place, now: float) -> float:
        """Until as many have left the window as must."""
        requests, tokens = self._too_many_requests(), self._too_many_tokens(place)
        for sent in self._sent:
            requests, tokens = requests - 1, tokens - sent.tokens
            if requests <= 0 and tokens <= 0:
                return max(0.0, (sent.sent_at or 0.0) + self._window - now)
        return UNKNOWN_SECONDS
