"""Short, unique names for the things compared, so that they fit above a column."""

from __future__ import annotations

from collections.abc import Sequence

from crewlab.executions.batch import Batch
from crewlab.executions.execution import Execution

_LONGEST_NAME = 32


def execution_labels(executions: Sequence[Execution]) -> tuple[str, ...]:
    """`A · v3 · row 2` and so on: a letter, and what tells them apart."""
    several_names = len({execution.definition_name for execution in executions}) > 1
    return tuple(_execution_label(place, one, several_names) for place, one in enumerate(executions))


def batch_labels(batches: Sequence[Batch]) -> tuple[str, ...]:
    """`A · name of the batch` and so on."""
    return tuple(f"{_letter(place)} · {_short(batch.name)}" for place, batch in enumerate(batches))


def _execution_label(place: int, execution: Execution, with_name: bool) -> str:
    version = f"v{execution.version_number}" if execution.version_number else ""
    name = _short(execution.definition_name) if with_name else ""
    row = f"row {execution.row_number}" if execution.row_number else ""
    return " · ".join(part for part in (_letter(place), " ".join(filter(None, (name, version))), row) if part)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1].rstrip() + "…"


def _letter(place: int) -> str:
    """A to Z, then AA, AB and so on, as spreadsheets count."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
