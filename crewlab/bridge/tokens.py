"""What a provider said a call used, and what that costs. Nothing said is unknown, which is not zero."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crewlab.definitions.library.prices import PriceTable


@dataclass
class Tokens:
    """Token counts of one call. Cached tokens are part of the input, reasoning tokens of the output."""

    input: int | None = None
    output: int | None = None
    cached: int | None = None
    reasoning: int | None = None

    def add(self, usage: Mapping[str, Any] | None) -> None:
        """Count what crewAI reports of one request; a call of several requests used them all."""
        if not usage or usage.get("prompt_tokens") is None:
            return
        self.input = (self.input or 0) + usage["prompt_tokens"]
        self.output = (self.output or 0) + (usage.get("completion_tokens") or 0)
        self.cached = _sum(self.cached, usage.get("cached_prompt_tokens"))
        self.reasoning = _sum(self.reasoning, usage.get("reasoning_tokens"))

    def counts(self) -> dict[str, int | None]:
        """The counts by the names of a model call's fields."""
        return {
            "input_tokens": self.input,
            "output_tokens": self.output,
            "cached_tokens": self.cached,
            "reasoning_tokens": self.reasoning,
        }

    def cost(self, model: str, prices: PriceTable, on: date) -> dict[str, Any]:
        """`cost_usd` and the `price` used; empty for a rehearsal, an unpriced model or unknown tokens."""
        if self.input is None or self.output is None or model.startswith("rehearsal/"):
            return {}
        price = prices.find(model, on)
        if price is None:
            return {}
        cost = prices.cost(price, self.input, self.output, self.cached or 0)
        return {"cost_usd": cost, "price": price.model_dump(mode="json")}


def _sum(total: int | None, more: int | None) -> int | None:
    return total if more is None else (total or 0) + more
