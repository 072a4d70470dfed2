"""Tokens and money of model calls, and how they add up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from pydantic import BaseModel, ConfigDict


class Usage(BaseModel):
    """Tokens of one call or of many. `None` is unknown, which is never the same as 0.

    Cached tokens are a part of the input tokens, reasoning tokens a part of the output tokens.
    """

    model_config = ConfigDict(frozen=True)

    model_calls: int = 0
    failed_calls: int = 0
    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None
    reasoning_tokens: int | None = None
    cost_usd: float | None = None
    """Real spend in US dollars; `None` when no call was priced. Rehearsal calls have none."""
    unpriced_calls: int = 0
    """Calls to a real model that no price was known for: `cost_usd` leaves them out."""
    unknown_calls: int = 0
    """Calls whose provider reported no tokens: the token sums leave them out."""
    tool_calls: int = 0
    retries: int = 0
    """Requests sent again after 429, 5xx or a timeout."""
    guardrail_retries: int = 0

    @property
    def total_tokens(self) -> int | None:
        return _add(self.input_tokens, self.output_tokens)

    def __add__(self, other: Usage) -> Usage:
        names = type(self).model_fields
        return Usage(**{name: _add(getattr(self, name), getattr(other, name)) for name in names})

    @classmethod
    def total(cls, parts: Iterable[Usage]) -> Usage:
        """Add up any number of usages; nothing at all is zero calls and unknown tokens."""
        result = cls()
        for part in parts:
            result += part
        return result


Number = TypeVar("Number", int, float)


def _add(left: Number | None, right: Number | None) -> Number | None:
    """Unknown and unknown is unknown; unknown and known is what is known."""
    if left is None or right is None:
        return right if left is None else left
    return left + right
