"""What a launch asks for, before it is paid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from crewlab.definitions.flows.crews import crew_documents
from crewlab.definitions.library.prices import Price, PriceTable
from crewlab.definitions.models import is_rehearsal, models_of
from crewlab.definitions.overlay import Overlay
from crewlab.settings import Settings


@dataclass(frozen=True)
class Forecast:
    """The size of a launch. Tools, retries, guardrails and a manager add model calls to the least number."""

    executions: int
    tasks: int
    """Over all executions."""
    model_calls_at_least: int
    prices: dict[str, Price | None]
    """Each model that will be called and its price today, `None` when it is unknown."""
    is_rehearsal: bool
    needs_confirmation: bool
    reason: str
    """Why a person should confirm; empty when nobody needs to."""


def forecast(
    document: Mapping[str, Any], rows_count: int, overlay: Overlay, settings: Settings, prices: PriceTable
) -> Forecast:
    """What running `document` once per row asks for."""
    tasks = rows_count * sum(len(crew.get("tasks") or ()) for crew in crew_documents(document))
    models = models_of(document, overlay)
    rehearsal = is_rehearsal(document, overlay)
    paid = tasks if any(not model.startswith("rehearsal") for model in models) else 0
    reason = _reason(rows_count, paid, settings)
    today = datetime.now(UTC).date()
    return Forecast(
        executions=rows_count,
        tasks=tasks,
        model_calls_at_least=tasks,
        prices={model: prices.find(model, today) for model in models},
        is_rehearsal=rehearsal,
        needs_confirmation=bool(reason),
        reason=reason,
    )


def _reason(rows_count: int, paid_tasks: int, settings: Settings) -> str:
    if paid_tasks > settings.confirm_calls:
        return f"At least {paid_tasks:,} calls of a model that costs money, more than {settings.confirm_calls:,}."
    if rows_count > settings.confirm_rows:
        return f"{rows_count:,} executions, more than {settings.confirm_rows:,}."
    return ""
