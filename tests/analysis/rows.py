"""Frames and executions made of a few values, for tests of what is computed from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pyarrow as pa

from crewlab.analysis import frames
from crewlab.analysis.columns import FRAMES, FrameName
from crewlab.executions.batch import Batch
from crewlab.executions.execution import Execution
from crewlab.executions.status import ExecutionStatus
from crewlab.executions.usage import Usage

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    """A moment so many seconds after noon."""
    return NOON + timedelta(seconds=seconds)


def frame(name: FrameName, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """A frame with these rows; what they leave out is missing. Unknown columns are an error."""
    found = list(rows)
    known = {column.name for column in FRAMES[name]}
    assert all(set(row) <= known for row in found)
    complete = [{column: row.get(column) for column in known} for row in found]
    return frames.typed(pa.Table.from_pylist(complete, schema=frames.schema(name)), name)


def executions(*rows: Mapping[str, Any]) -> pd.DataFrame:
    """Executions frame: completed ones of `market-brief`, launched one second after another."""
    usual = {"definition_name": "market-brief", "status": "completed", "attempt": 1, "is_rehearsal": False}
    return frame(
        "executions",
        [{**usual, "execution_id": f"e{place}", "created_at": at(place), **row} for place, row in enumerate(rows)],
    )


def tasks(*rows: Mapping[str, Any]) -> pd.DataFrame:
    """Tasks frame: completed ones of the first attempt of `e0`."""
    usual = {"execution_id": "e0", "attempt": 1, "agent": "analyst", "status": "completed", "is_rehearsal": False}
    return frame("tasks", [{**usual, "task_index": place, **row} for place, row in enumerate(rows)])


def calls(name: FrameName, *rows: Mapping[str, Any]) -> pd.DataFrame:
    """Model-call or tool-call frame: completed ones of the first attempt of `e0`."""
    usual = {"execution_id": "e0", "attempt": 1, "status": "completed", "is_rehearsal": False}
    return frame(name, [{**usual, **row} for row in rows])


def document(*task_names: str, llm: Any = "openai/gpt-4o-mini") -> dict[str, Any]:
    """A crew of one agent with these tasks."""
    agent = {"role": "Analyst", "goal": "Find out", "backstory": "Curious", "llm": llm}
    about = "Study {topic} with an eye to what a reader would ask about"
    return {
        "name": "market-brief",
        "agents": {"analyst": agent},
        "tasks": [
            {"name": name, "description": f"{about} {name}", "expected_output": f"About {name}", "agent": "analyst"}
            for name in task_names
        ],
    }


def execution(execution_id: str, **values: Any) -> Execution:
    """A completed execution; keywords that `Usage` has go into its usage."""
    usage = {key: values.pop(key) for key in list(values) if key in Usage.model_fields}
    usual: dict[str, Any] = {
        "owner": "local",
        "definition_name": "market-brief",
        "version_number": 1,
        "content_hash": "one",
        "document": document("research", "write"),
        "inputs": {"topic": "tea"},
        "status": ExecutionStatus.COMPLETED,
        "created_at": NOON,
        "duration_seconds": 10.0,
        "usage": Usage(**usage),
    }
    return Execution(execution_id=execution_id, **{**usual, **values})


def batch(batch_id: str, **counts: int) -> Batch:
    """A batch with so many executions of each status."""
    return Batch(
        batch_id=batch_id, owner="local", name=f"batch {batch_id}", definition_name="market-brief",
        created_at=NOON, size=sum(counts.values()), counts=counts,
    )  # fmt: skip
