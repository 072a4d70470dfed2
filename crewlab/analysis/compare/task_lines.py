"""The tasks or steps of several executions in common lines, also where a version renamed, added or removed one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from crewlab.analysis.compare.metrics import TASK_METRICS
from crewlab.analysis.tables import table
from crewlab.definitions.lining_up import line_up_steps, steps_of
from crewlab.executions.execution import Execution

if TYPE_CHECKING:
    import pandas as pd

UNASSIGNED = "(unassigned)"
"""The line of calls that serve no single task: a manager, planning."""

_DTYPES = {
    "task": "string",
    "task_name": "string",
    "presence": "string",
    "label": "string",
    "execution_id": "string",
    "agent": "string",
    "status": "string",
    **dict.fromkeys(TASK_METRICS, "Int64"),
    "duration_seconds": "float64",
    "cost_usd": "float64",
    "output": "string",
}


class Place(NamedTuple):
    """One execution's task on a line: its own name for it, and how it stands to the baseline."""

    task_name: str | None
    presence: str
    """baseline, same, renamed, added, removed, or absent (another execution added the line)."""


def lines(executions: Sequence[Execution]) -> dict[str, list[Place]]:
    """Line -> one place per execution. Lines are the baseline's tasks, with added ones where they stand."""
    own_names = [_names(execution) for execution in executions]
    found: list[dict[str, Place]] = [{name: Place(name, "baseline") for name in own_names[0]}]
    order = list(own_names[0])
    for execution, names in zip(executions[1:], own_names[1:], strict=True):
        found.append(_placed(_pairs(executions[0], execution, own_names[0], names), order))
    return {line: [places.get(line, Place(None, "absent")) for places in found] for line in order}


def tasks_table(
    executions: Sequence[Execution], labels: Sequence[str], tasks: pd.DataFrame, model_calls: pd.DataFrame
) -> pd.DataFrame:
    """One row per line and execution with its metrics summed over attempts; lines in order of the crew."""
    stored = _stored_tasks(tasks)
    rows = [
        _row(line, place, execution, label, stored)
        for line, places in lines(executions).items()
        for place, execution, label in zip(places, executions, labels, strict=True)
    ]
    return table([*rows, *_unassigned(executions, labels, model_calls)], _DTYPES)


def _names(execution: Execution) -> list[str]:
    return list(steps_of(execution.document))


def _pairs(
    baseline: Execution, execution: Execution, before: list[str], after: list[str]
) -> list[tuple[str | None, str | None]]:
    if before == after:
        return [(name, name) for name in before]
    return line_up_steps(baseline.document, execution.document)


def _placed(pairs: Sequence[tuple[str | None, str | None]], order: list[str]) -> dict[str, Place]:
    """Put one execution's tasks on the lines; a task that no line has gets one, after its predecessor."""
    places: dict[str, Place] = {}
    previous = -1
    for before, after in pairs:
        line = before or str(after)
        if line not in order:
            order.insert(previous + 1, line)
        presence = "added" if before is None else "removed" if after is None else _same_or_renamed(before, after)
        places[line] = Place(after, presence)
        previous = order.index(line)
    return places


def _same_or_renamed(before: str, after: str) -> str:
    return "same" if before == after else "renamed"


def _row(line: str, place: Place, execution: Execution, label: str, stored: Mapping[Any, Any]) -> dict[str, Any]:
    found = stored.get((execution.execution_id, place.task_name), {}) if place.task_name else {}
    status = found.get("status") or ("not started" if place.task_name else None)
    return {
        **found,
        "task": line,
        "task_name": place.task_name,
        "presence": place.presence,
        "label": label,
        "execution_id": execution.execution_id,
        "status": status,
    }


def _stored_tasks(tasks: pd.DataFrame) -> dict[tuple[str, str], dict[str, Any]]:
    """Sums over attempts by execution and task name, with what the last attempt that has it says."""
    groups = tasks.sort_values("attempt", kind="stable").groupby(["execution_id", "task_name"])
    sums = groups[list(TASK_METRICS)].sum(min_count=1)
    texts = groups[["agent", "status", "output"]].last()
    return {key: _known(row) for key, row in sums.join(texts).to_dict("index").items()}  # type: ignore[misc]  # the columns are named


def _unassigned(
    executions: Sequence[Execution], labels: Sequence[str], model_calls: pd.DataFrame
) -> Iterator[dict[str, Any]]:
    calls = model_calls[model_calls["task_name"].isna()]
    if calls.empty:
        return
    calls = calls.assign(model_calls=1, failed_calls=(calls["status"] == "failed").astype("Int64"))
    columns = [name for name in TASK_METRICS if name in calls]
    sums = calls.groupby("execution_id")[columns].sum(min_count=1).to_dict("index")
    for execution, label in zip(executions, labels, strict=True):
        found = _known(sums.get(execution.execution_id, {}))
        yield {**found, "task": UNASSIGNED, "presence": "", "label": label, "execution_id": execution.execution_id}


def _known(row: Mapping[Any, Any]) -> dict[str, Any]:
    """The values that are there, missing ones left out whatever their kind."""
    import pandas as pd

    return {str(name): value for name, value in row.items() if not pd.isna(value)}
