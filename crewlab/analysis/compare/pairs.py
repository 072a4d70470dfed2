"""Executions of several batches paired by equal inputs; repeats of one input count as one item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from crewlab.analysis.compare.metrics import METRICS
from crewlab.analysis.frames import has_rehearsal, has_replay

if TYPE_CHECKING:
    import pandas as pd

Items = Mapping[str, "pd.DataFrame"]
"""Label -> the items of that batch, the baseline first."""

_TOKENS = ["input_tokens", "output_tokens", "cached_tokens", "reasoning_tokens"]
_UNPAIRED = ["label", "batch_id", "row_number", "execution_id", "inputs"]


def items(executions: pd.DataFrame) -> pd.DataFrame:
    """One row per distinct input of a batch: medians of the metrics over its completed executions.

    Sums that leave something out (an unpriced call, unknown tokens) count as unknown.
    """
    rows = executions[executions["input_hash"].notna()].sort_values("row_number", kind="stable")
    groups = rows.groupby("input_hash", sort=False)
    found = groups[["batch_id", "row_number", "inputs", "execution_id"]].first()
    found["executions"] = groups.size().astype("Int64")
    done = _whole(rows[rows["status"] == "completed"]).groupby("input_hash", sort=False)
    completed = done.size().reindex(found.index, fill_value=0).astype("Int64")
    found["status"] = _status(groups["status"].agg(["first", "nunique"]), completed, found["executions"])
    found["output"] = done["output"].first().reindex(found.index).astype("string")
    medians = done[list(METRICS)].median().reindex(found.index).astype("float64")
    return found.join(medians).reset_index()


def paired(found: Items) -> pd.DataFrame:
    """One row per input that the baseline and another batch both have, with `<metric>_delta`."""
    import pandas as pd

    baseline, *others = found.items()
    return pd.concat([_with_deltas(label, baseline[1], own) for label, own in others], ignore_index=True)


def unpaired(found: Items) -> pd.DataFrame:
    """Inputs that have no partner: the baseline's that no other batch has, and the others' that it has not."""
    import pandas as pd

    (first, baseline), *others = found.items()
    theirs = {label: own[~own["input_hash"].isin(baseline["input_hash"])] for label, own in others}
    known = pd.concat([own["input_hash"] for _, own in others])
    alone = {first: baseline[~baseline["input_hash"].isin(known)], **theirs}
    return pd.concat(
        [own.assign(label=_text(label, own))[_UNPAIRED] for label, own in alone.items()], ignore_index=True
    )


def warnings_of(found: Items, executions: pd.DataFrame) -> Iterator[str]:
    """What to know before reading the pairs, in sentences."""
    if has_rehearsal(executions):
        share = "All" if executions["is_rehearsal"].fillna(False).all() else "Some"
        yield f"{share} executions come from the rehearsal model: not evidence."
    if has_replay(executions):
        share = "All" if executions["is_replay"].fillna(False).all() else "Some"
        yield f"{share} executions are replays of recorded answers; their durations say nothing of a model."
    baseline, *others = found.items()
    for label, own in others:
        count = int(own["input_hash"].isin(baseline[1]["input_hash"]).sum())
        if count < max(len(own), len(baseline[1])):
            yield f"{label}: {_count(count)} in common with the baseline; the rest is listed, not compared."
    for label, own in found.items():
        if repeats := int((own["executions"] > 1).sum()):
            yield f"{label}: {_count(repeats)} ran more than once; each counts once, by the median of its runs."
        if missing := int((own["status"] != "completed").sum()):
            yield f"{label}: {_count(missing)} not (always) completed; only completed executions have figures."
    if unpriced := int(executions["unpriced_calls"].fillna(0).sum()):
        calls = f"{unpriced} calls have" if unpriced > 1 else "1 call has"
        yield f"{calls} no known price; the cost of such an execution counts as unknown."


def _count(number: int) -> str:
    return "1 input" if number == 1 else f"{number} inputs"


def _whole(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with partial sums taken out, and `attempt` under the metric's name."""
    unknown = rows["unknown_calls"].fillna(0) > 0
    unpriced = rows["unpriced_calls"].fillna(0) > 0
    masked = {name: rows[name].mask(unknown) for name in _TOKENS}
    return rows.assign(**masked, cost_usd=rows["cost_usd"].mask(unknown | unpriced), attempts=rows["attempt"])


def _status(statuses: pd.DataFrame, completed: pd.Series[int], executions: pd.Series[int]) -> pd.Series[str]:
    mixed = completed.astype("string") + " of " + executions.astype("string") + " completed"
    return statuses["first"].astype("string").mask(statuses["nunique"] > 1, mixed)


def _with_deltas(label: str, baseline: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    kept = ["input_hash", "execution_id", "status", "output", *METRICS]
    both = baseline[["row_number", "inputs", *kept]].merge(own[kept], on="input_hash", suffixes=("_baseline", ""))
    result = both[["input_hash", "row_number", "inputs"]].assign(
        label=_text(label, both),
        baseline_execution_id=both["execution_id_baseline"],
        execution_id=both["execution_id"],
        baseline_status=both["status_baseline"],
        status=both["status"],
        same_output=(both["output_baseline"] == both["output"]).astype("boolean"),
    )
    for metric in METRICS:
        result[f"{metric}_baseline"] = both[f"{metric}_baseline"]
        result[metric] = both[metric]
        result[f"{metric}_delta"] = both[metric] - both[f"{metric}_baseline"]
    return result


def _text(label: str, like: pd.DataFrame) -> pd.Series[str]:
    import pandas as pd

    return pd.Series(label, index=like.index, dtype="string")
