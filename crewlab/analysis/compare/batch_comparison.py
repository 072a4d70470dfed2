"""Batches side by side, paired by input: medians of differences and counts, without claims beyond them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from crewlab.analysis.columns import REHEARSAL_NOTE
from crewlab.analysis.compare import differences
from crewlab.analysis.compare.labels import batch_labels
from crewlab.analysis.compare.metrics import specification
from crewlab.analysis.compare.pair_summary import summarise_pairs
from crewlab.analysis.compare.pairs import items, paired, unpaired, warnings_of
from crewlab.analysis.figures import paired_deltas
from crewlab.analysis.frames import empty, has_rehearsal
from crewlab.analysis.tables import table
from crewlab.errors import ExecutionError
from crewlab.executions.batch import Batch
from crewlab.executions.execution import Execution
from crewlab.executions.status import ExecutionStatus

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go


def compare_batches(
    batches: Sequence[Batch], executions: pd.DataFrame, *, examples: Sequence[Execution] = ()
) -> BatchComparison:
    """Compare two or more batches with the first as baseline, pairing executions with equal inputs.

    Args:
        batches: What to compare.
        executions: Frame `executions` of all these batches.
        examples: One execution per batch, documents included, in the same order: shows what differs
            in definition and model. Without it those tables are empty.

    Raises:
        ExecutionError: There are fewer than two different batches.
    """
    distinct = tuple({batch.batch_id: batch for batch in batches}.values())
    if len(distinct) < 2:
        raise ExecutionError("A comparison needs at least two batches.", "Select two or more on the Compare page.")
    return BatchComparison(distinct, batch_labels(distinct), executions, tuple(examples))


@dataclass(frozen=True)
class BatchComparison:
    """Two or more batches against the first of them, over the inputs that they share."""

    batches: tuple[Batch, ...]
    labels: tuple[str, ...]
    execution_rows: pd.DataFrame
    examples: tuple[Execution, ...] = ()

    @property
    def baseline(self) -> Batch:
        """The first batch: all differences are against it."""
        return self.batches[0]

    @property
    def is_rehearsal(self) -> bool:
        """Whether any execution comes from the rehearsal model."""
        return has_rehearsal(self.execution_rows)

    @property
    def caveat(self) -> str:
        """What may be concluded, in one sentence."""
        if self.is_rehearsal:
            return f"{REHEARSAL_NOTE}: the figures say nothing about a real model."
        return "Medians and counts over the pairs; whether a difference is more than chance is not tested."

    @cached_property
    def _items(self) -> dict[str, pd.DataFrame]:
        rows = self.execution_rows
        ids = {label: batch.batch_id for label, batch in zip(self.labels, self.batches, strict=True)}
        return {label: items(rows[rows["batch_id"] == batch_id]) for label, batch_id in ids.items()}

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to know before reading the figures."""
        return tuple(warnings_of(self._items, self.execution_rows))

    def config_diff(self) -> pd.DataFrame:
        """What changed in the definition since the baseline: labels, path, kind, before, after."""
        return differences.config_diff(self.examples, self.labels)

    def model_differences(self) -> pd.DataFrame:
        """The models that differ, as defined and as chosen at launch."""
        return differences.model_differences(self.examples, self.labels, empty("model_calls"))

    def statuses(self) -> pd.DataFrame:
        """Per batch how many executions there are, how many ended in which status, how many have not."""
        ended = [status for status in ExecutionStatus if status.is_terminal]
        rows = [
            {
                "label": label,
                "batch_id": batch.batch_id,
                "executions": batch.size,
                **{status.value: batch.counts.get(status.value, 0) for status in ended},
                "not_ended": batch.size - batch.ended,
            }
            for label, batch in zip(self.labels, self.batches, strict=True)
        ]
        counts = dict.fromkeys(("executions", *(status.value for status in ended), "not_ended"), "Int64")
        return table(rows, {"label": "string", "batch_id": "string", **counts})

    def pairs(self) -> pd.DataFrame:
        """One row per input that the baseline shares with another batch, with the difference of each metric."""
        return paired(self._items)

    def unpaired(self) -> pd.DataFrame:
        """Inputs of the baseline that no other batch has, and inputs of others that it has not."""
        return unpaired(self._items)

    def summary(self) -> pd.DataFrame:
        """Per metric and batch: pairs, medians, the median difference, and how many pairs went which way."""
        return summarise_pairs(self.pairs(), self.labels[1:], is_rehearsal=self.is_rehearsal)

    def unit(self, metric: str) -> str:
        """The unit of a metric, such as seconds."""
        return specification(metric).unit

    def falling_is_better(self, metric: str) -> bool | None:
        """Whether less is better; `None` where neither is, or where rehearsal makes it no evidence."""
        direction = specification(metric).direction
        return None if self.is_rehearsal or direction is None else direction == "lower"

    def figure(self, kind: Literal["pairs"] = "pairs", metric: str = "duration_seconds") -> go.Figure | None:
        """The differences of one metric, pair by pair; `None` when no pair has it."""
        return paired_deltas(self, metric)
