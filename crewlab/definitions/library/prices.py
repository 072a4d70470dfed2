"""What a token costs: the table inside the crewai package, overridden by dated rows of one's own."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from crewlab.definitions.providers import ALIASES, REHEARSAL
from crewlab.errors import SettingsError

_CATALOGUE = Path("llms", "litellm_catalog", "model_prices_and_context_window.json")
_MAKERS = frozenset({"openai", "anthropic", "gemini"})
_TEXT_MODES = frozenset({"chat", "completion", "responses"})


class Price(BaseModel):
    """US dollars per million tokens of one model. Tiers, batches and discounts are not modelled."""

    model_config = ConfigDict(frozen=True)

    model: str
    input_usd_per_million: float = Field(ge=0, allow_inf_nan=False)
    output_usd_per_million: float = Field(ge=0, allow_inf_nan=False)
    cached_usd_per_million: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    """For input tokens that the provider had cached; `None` is the input price."""
    source: str = "prices.json"
    effective_from: date | None = None
    """The first day that it applies; `None` is undated, as in the shipped table."""


class PriceTable:
    """Prices by model name. Reading the shipped table waits until the first question."""

    def __init__(self, rows: tuple[Price, ...] = ()) -> None:
        self.rows = rows

    @classmethod
    def load(cls, data: Path) -> PriceTable:
        """The shipped prices, overridden by the rows of `prices.json` in the folder `data` if it is there.

        Raises:
            SettingsError: `prices.json` cannot be read or holds something else than prices.
        """
        path = data / "prices.json"
        if not path.exists():
            return cls()
        try:
            return cls(tuple(TypeAdapter(list[Price]).validate_json(path.read_bytes())))
        except (OSError, ValidationError) as error:
            raise SettingsError(
                f"{path} is not a list of prices.",
                'Write rows such as {"model": "my-model", "input_usd_per_million": 1.5, '
                '"output_usd_per_million": 6, "effective_from": "2026-01-01"}.',
            ) from error

    def find(self, model: str, on: date) -> Price | None:
        """The price of `model` on that day, looked up with and without its provider's prefix; `None` is unpriced.

        Rows of one's own come before the shipped table, the latest of them that already applies first.
        """
        if model.partition("/")[0].lower() == REHEARSAL:
            return None
        names = names_of(model)
        return self._own(names, on) or next((_shipped()[name] for name in names if name in _shipped()), None)

    @cached_property
    def models(self) -> frozenset[str]:
        """The names of all models that have a price."""
        return frozenset(_shipped()) | {row.model for row in self.rows}

    def search(self, text: str, limit: int) -> list[Price]:
        """Rows whose model has every word of `text` in its name, one's own first, then short names; at most `limit`."""
        words = text.lower().split()
        rows = (*self.rows, *sorted(_shipped().values(), key=lambda price: (len(price.model), price.model)))
        return list(islice((row for row in rows if all(word in row.model.lower() for word in words)), limit))

    @staticmethod
    def cost(price: Price, input: int | None, output: int | None, cached: int | None = 0) -> float | None:
        """US dollars of that many tokens; cached ones are a part of `input`. Unknown tokens have an unknown cost."""
        if input is None or output is None:
            return None
        from_cache = min(cached or 0, input)
        cached_price = (
            price.input_usd_per_million if price.cached_usd_per_million is None else price.cached_usd_per_million
        )
        dollars = (input - from_cache) * price.input_usd_per_million + from_cache * cached_price
        return (dollars + output * price.output_usd_per_million) / 1_000_000

    def _own(self, names: tuple[str, ...], on: date) -> Price | None:
        """A row under the full name wins over one under a shorter name."""
        for name in names:
            dated = [row for row in self.rows if row.model == name and (row.effective_from or date.min) <= on]
            if dated:
                return max(dated, key=lambda row: row.effective_from or date.min)
        return None


def names_of(model: str) -> tuple[str, ...]:
    """The names that a price table may list a model under, the most exact first.

    Only makers list their models without a prefix; what others charge for the same model is not the maker's price.
    """
    prefix, slash, rest = model.partition("/")
    if not slash:
        return (model,)
    provider = ALIASES.get(prefix.lower(), prefix.lower())
    return tuple(dict.fromkeys([model, f"{provider}/{rest}", *([rest] if provider in _MAKERS else [])]))


@lru_cache(maxsize=1)
def _shipped() -> Mapping[str, Price]:
    """The table in the crewai package, found without importing crewai; empty when it is not there."""
    spec = importlib.util.find_spec("crewai")
    folders = spec.submodule_search_locations if spec else None
    path = Path(folders[0], _CATALOGUE) if folders else None
    if path is None or not path.is_file():
        return {}
    entries: dict[str, dict[str, Any]] = json.loads(path.read_bytes())
    source = f"crewai {importlib.metadata.version('crewai')}"
    return {price.model: price for price in _prices(entries, source)}


def _prices(entries: Mapping[str, Mapping[str, Any]], source: str) -> Iterator[Price]:
    for model, entry in entries.items():
        paid, earned = entry.get("input_cost_per_token"), entry.get("output_cost_per_token")
        if model != "sample_spec" and entry.get("mode") in _TEXT_MODES and paid is not None and earned is not None:
            yield Price.model_construct(
                model=model,
                input_usd_per_million=_per_million(paid),
                output_usd_per_million=_per_million(earned),
                cached_usd_per_million=_per_million(entry.get("cache_read_input_token_cost")),
                source=source,
                effective_from=None,
            )


def _per_million(per_token: float | None) -> Any:
    return None if per_token is None else round(per_token * 1_000_000, 9)
