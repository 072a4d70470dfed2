"""What a judge thought of every task of some repeats: the table that `crew.test` of crewAI prints, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crewlab.analysis.columns import REHEARSAL_NOTE

if TYPE_CHECKING:
    import pandas as pd

CREW, DURATION, AVERAGE = "crew", "duration_seconds", "average"


@dataclass(frozen=True)
class QualityReport:
    """Scores from 1 to 10, higher is better. One judge's opinion of few repeats: an impression, not a verdict."""

    batch_id: str
    table: pd.DataFrame
    """A row per task, then `crew` (the mean of the tasks) and `duration_seconds`; a column per run, then `average`.

    What was not scored is missing, and left out of the means.
    """
    missing: int
    """Outputs that the judge gave no score."""
    is_rehearsal: bool
    """Whether crew or judge is the rehearsal model: then the scores mean nothing."""

    def __str__(self) -> str:
        note = [f"({REHEARSAL_NOTE})"] if self.is_rehearsal else []
        missing = [f"{self.missing} outputs have no score"] if self.missing else []
        return "\n".join([self.table.round(2).to_string(na_rep="-"), *missing, *note])

    def _repr_html_(self) -> str:
        note = f"<p>{REHEARSAL_NOTE}</p>" if self.is_rehearsal else ""
        return f"{self.table.round(2).to_html(na_rep='-')}{note}"


def quality_report(batch_id: str, scores: pd.DataFrame, executions: pd.DataFrame) -> QualityReport:
    """The report of the executions of one batch; of several attempts at a task the last score counts.

    Of a task that a flow has run several times it is their mean.
    """
    import pandas as pd

    runs = executions.sort_values("row_number").set_index("row_number")
    one = ["execution_id", "task_index", "task_name"]
    last = scores.sort_values(["attempt", "sequence"]).drop_duplicates(one, keep="last")
    by_task = last.groupby(["task_index", "task_name", "row_number"])["quality"].mean().unstack("row_number")
    tasks = by_task.droplevel("task_index").reindex(columns=runs.index).astype("float64")
    durations = runs["duration_seconds"].astype("float64").to_frame(DURATION).T
    table = pd.concat([tasks, tasks.mean().to_frame(CREW).T, durations])
    table.columns = [f"run {number}" for number in table.columns]
    table[AVERAGE] = table.mean(axis="columns")
    table.index.name, table.columns.name = None, None
    rehearsal = bool(executions["is_rehearsal"].any() or scores["is_rehearsal"].any())
    return QualityReport(batch_id, table, int(tasks.isna().to_numpy().sum()), rehearsal)
