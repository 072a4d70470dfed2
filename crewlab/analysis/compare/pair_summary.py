"""What the pairs say about each metric: medians, how many went which way, and one honest sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from crewlab.analysis.columns import REHEARSAL_NOTE, Column
from crewlab.analysis.compare.metrics import METRICS, specification
from crewlab.analysis.tables import table

if TYPE_CHECKING:
    import pandas as pd

_DTYPES = {
    "metric": "string",
    "unit": "string",
    "direction": "string",
    "label": "string",
    "pairs": "Int64",
    "baseline_median": "float64",
    "median": "float64",
    "median_delta": "float64",
    "lower": "Int64",
    "higher": "Int64",
    "tied": "Int64",
    "improved": "Int64",
    "regressed": "Int64",
    "statement": "string",
}


def summarise_pairs(pairs: pd.DataFrame, labels: Sequence[str], *, is_rehearsal: bool) -> pd.DataFrame:
    """One row per metric and batch. `improved` and `regressed` are missing where no direction is better.

    With the rehearsal model they are always missing: nothing is claimed from it.
    """
    rows = [
        _row(pairs[pairs["label"] == label], metric, label, is_rehearsal=is_rehearsal)
        for metric in METRICS
        for label in labels
    ]
    return table(rows, _DTYPES)


def _row(pairs: pd.DataFrame, metric: str, label: str, *, is_rehearsal: bool) -> dict[str, Any]:
    spec = specification(metric)
    known = pairs[pairs[f"{metric}_delta"].notna()]
    delta = known[f"{metric}_delta"]
    counts = {"lower": int((delta < 0).sum()), "higher": int((delta > 0).sum()), "tied": int((delta == 0).sum())}
    row: dict[str, Any] = {"metric": metric, "unit": spec.unit, "direction": spec.direction, "label": label}
    row |= {"pairs": len(known), **counts, **_directed(spec, counts, is_rehearsal=is_rehearsal)}
    if len(known):
        row["baseline_median"] = float(known[f"{metric}_baseline"].median())
        row["median"] = float(known[metric].median())
        row["median_delta"] = float(delta.median())
    return {**row, "statement": _statement(row, is_rehearsal=is_rehearsal)}


def _directed(spec: Column, counts: dict[str, int], *, is_rehearsal: bool) -> dict[str, int]:
    if is_rehearsal or spec.direction is None:
        return {}
    better, worse = ("lower", "higher") if spec.direction == "lower" else ("higher", "lower")
    return {"improved": counts[better], "regressed": counts[worse]}


def _statement(row: dict[str, Any], *, is_rehearsal: bool) -> str:
    count = row["pairs"]
    if not count:
        return "no pair has a known value"
    pairs = f"{count} pair" if count == 1 else f"{count} pairs"
    if is_rehearsal:
        return f"{pairs}; {REHEARSAL_NOTE}"
    unit = f" {row['unit']}" if row["unit"] else ""
    median = f"{pairs}: median difference {row['median_delta']:+.4g}{unit}"
    if "improved" in row:
        return f"{median}; improved {row['improved']}, regressed {row['regressed']}, tied {row['tied']}"
    return f"{median}; lower {row['lower']}, higher {row['higher']}, tied {row['tied']}"
