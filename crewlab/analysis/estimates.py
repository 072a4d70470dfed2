"""Cost as if another model had done the work: an estimate, kept apart from real spend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pandas as pd


class Rates(Protocol):
    """A model and US dollars per million tokens; `crewlab.definitions.library.prices.Price` is one."""

    @property
    def model(self) -> str: ...
    @property
    def input_usd_per_million(self) -> float: ...
    @property
    def output_usd_per_million(self) -> float: ...
    @property
    def cached_usd_per_million(self) -> float | None: ...


def cost_as_if(frame: pd.DataFrame, price: Rates) -> pd.DataFrame:
    """A copy with `estimated_cost_usd` and `estimated_as`, for any frame that has token columns.

    The same tokens are assumed, which another model would not use exactly. Where tokens are
    unknown the estimate is missing. `cost_usd`, the real spend, is left as it was; never add the two.
    """
    sent = frame["input_tokens"].astype("Float64")
    cached = frame["cached_tokens"].astype("Float64").fillna(0) if "cached_tokens" in frame else sent * 0
    received = frame["output_tokens"].astype("Float64")
    cached_rate = price.cached_usd_per_million
    usd = (
        (sent - cached) * price.input_usd_per_million
        + cached * (price.input_usd_per_million if cached_rate is None else cached_rate)
        + received * price.output_usd_per_million
    ) / 1_000_000
    estimated = frame.assign(estimated_cost_usd=usd.astype("float64"), estimated_as=price.model)
    return estimated.astype({"estimated_as": "string"})
