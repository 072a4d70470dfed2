"""What Home shows: how many executions there are, what they cost, what runs, what came last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from crewlab.analysis.frames import total
from crewlab.executions.status import ACTIVE, ExecutionStatus

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class HomeSummary:
    """One owner's executions at a glance. Spend is real US dollars; `None` when nothing was priced."""

    counts: dict[str, int]
    """Executions by status, for every status that occurs, in the order of `ExecutionStatus`."""
    active: int
    spend_today_usd: float | None
    spend_week_usd: float | None
    """The last seven days."""
    spend_total_usd: float | None
    unpriced_calls: int
    """Calls to real models that no price was known for: the spend leaves them out."""
    running: pd.DataFrame
    """Executions that have not ended, the latest first."""
    recent: pd.DataFrame
    """Executions that ended, the latest first."""
    only_rehearsal: bool
    """There are executions, and every one of them is rehearsal."""


def summarise(executions: pd.DataFrame, *, now: datetime | None = None, recent: int = 10) -> HomeSummary:
    """Sum up an executions frame; days are UTC days and belong to the launch."""
    moment = now or datetime.now(UTC)
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    latest_first = executions.sort_values("created_at", ascending=False, kind="stable")
    active = latest_first["status"].isin(sorted(ACTIVE))
    return HomeSummary(
        counts=_counts(executions),
        active=int(active.sum()),
        spend_today_usd=_spend(executions, midnight),
        spend_week_usd=_spend(executions, moment - timedelta(days=7)),
        spend_total_usd=total(executions["cost_usd"]),
        unpriced_calls=int(executions["unpriced_calls"].fillna(0).sum()),
        running=latest_first[active].reset_index(drop=True),
        recent=latest_first[~active].head(recent).reset_index(drop=True),
        only_rehearsal=len(executions) > 0 and bool(executions["is_rehearsal"].fillna(False).all()),
    )


def _counts(executions: pd.DataFrame) -> dict[str, int]:
    found = executions["status"].value_counts()
    return {str(status): int(found[status]) for status in ExecutionStatus if status in found.index}


def _spend(executions: pd.DataFrame, since: datetime) -> float | None:
    return total(executions.loc[executions["created_at"] >= since, "cost_usd"])
