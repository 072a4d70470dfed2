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
        counts = _named_alike(usage or {})
        if counts["prompt_tokens"] is None:
            return
        self.input = (self.input or 0) + counts["prompt_tokens"]
        self.output = (self.output or 0) + (counts["completion_tokens"] or 0)
        self.cached = _sum(self.cached, counts["cached_prompt_tokens"])
        self.reasoning = _sum(self.reasoning, counts["reasoning_tokens"])

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


_NAMES = {
    "prompt_tokens": ("prompt_tokens", "prompt_token_count", "input_tokens", "inputTokens"),
    "completion_tokens": ("completion_tokens", "candidates_token_count", "output_tokens", "outputTokens"),
    "cached_prompt_tokens": ("cached_prompt_tokens", "cacheReadInputTokens", "cacheReadInputTokenCount"),
    "reasoning_tokens": ("reasoning_tokens",),
}
"""What crewAI's clients call the counts: OpenAI's names, those of Google, Anthropic and Amazon."""
_BESIDE_INPUT = ("cacheReadInputTokens", "cacheWriteInputTokens")
"""Amazon counts what was read from, or written to, its cache beside the input; crewAI passes that on as it is."""


def _named_alike(usage: Mapping[str, Any]) -> dict[str, int | None]:
    """The counts under OpenAI's names."""
    found = {
        name: next((usage[other] for other in others if usage.get(other) is not None), None)
        for name, others in _NAMES.items()
    }
    if found["prompt_tokens"] is not None:
        found["prompt_tokens"] += sum(usage.get(name) or 0 for name in _BESIDE_INPUT)
    return found


def _sum(total: int | None, more: int | None) -> int | None:
    return total if more is None else (total or 0) + more
