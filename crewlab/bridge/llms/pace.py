"""When the requests of one agent may be sent: as its own limit, the crew's and the model's allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crewlab.executions.events import ModelCallDelayed

if TYPE_CHECKING:
    from crewlab.bridge.llms.call import ModelCall
    from crewlab.bridge.llms.rates import Admission, OnWait, RateLimit, RateLimiter

OUTPUT_TOKENS = 500
"""What an answer is thought to take, until it is there, when its model has no `max_tokens`."""


@dataclass(frozen=True)
class Pace:
    """The limits of one agent's model, the narrowest circle first, and who keeps them."""

    limits: Sequence[RateLimit] = ()
    limiter: RateLimiter | None = field(default=None, repr=False)

    async def admit(self, call: ModelCall) -> None:
        """Wait until `call` may send one more request."""
        if self.limiter is not None and self.limits:
            call.admission = await self.limiter.admit(self.limits, _estimate(call), _telling(call))

    def admit_blocking(self, call: ModelCall) -> None:
        """`admit` on a thread that may block."""
        if self.limiter is not None and self.limits:
            is_over = call.journal.is_closed
            call.admission = self.limiter.admit_blocking(self.limits, _estimate(call), _telling(call), is_over)


UNLIMITED = Pace()


def settle(call: ModelCall, admission: Admission | None) -> None:
    """Count what the last request of `call` used. What a failed one used is not known: its estimate stands."""
    if admission is not None and call.tokens.input is not None:
        admission.used(call.tokens.input + (call.tokens.output or 0))


def _estimate(call: ModelCall) -> int:
    """Four characters are about one token."""
    characters = sum(len(str(message.get("content") or "")) for message in call.messages)
    most = call.parameters.get("max_tokens")
    return (characters + 3) // 4 + (most if isinstance(most, int) else OUTPUT_TOKENS)


def _telling(call: ModelCall) -> OnWait:
    """Says in the log of the execution that, and for what, a call waits."""

    def tell(limit: RateLimit, seconds: float) -> None:
        call.journal.note(
            ModelCallDelayed(
                **call.about(),
                limited=limit.what,
                requests_per_minute=limit.requests_per_minute,
                tokens_per_minute=limit.tokens_per_minute,
                wait_seconds=seconds,
                message=f"{call.model} is asked in about {seconds:.0f} s: {_said(limit)}",
            )
        )

    return tell


def _said(limit: RateLimit) -> str:
    allowed = {"requests": limit.requests_per_minute, "tokens": limit.tokens_per_minute}
    amounts = " and ".join(f"{number:,} {what}" for what, number in allowed.items() if number is not None)
    return f"{limit.what} may use {amounts} a minute"
