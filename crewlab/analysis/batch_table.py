"""A batch as one table: a row per input, with what went in, what came out and what it took."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from crewlab.analysis.exports import NOTE_COLUMN, with_note

if TYPE_CHECKING:
    import pandas as pd

METRICS = (
    "duration_seconds",
    "input_tokens",
    "output_tokens",
    "cached_tokens",
    "reasoning_tokens",
    "cost_usd",
    "model_calls",
    "tool_calls",
    "retries",
    "attempts",
)
COMMAND_LINE = ("status", "output", "duration_seconds", "input_tokens", "output_tokens", "cost_usd", "error")
"""What follows the inputs in the file that `python -m crewlab batch --csv` writes."""

_OWN_NAMES = frozenset({"row_number", "status", "output", *METRICS, "error", "execution_id", NOTE_COLUMN})


def batch_table(executions: pd.DataFrame, input_columns: Sequence[str] = ()) -> pd.DataFrame:
    """Row number, inputs, status, output, one column per field of a JSON output, metrics, error, execution id.

    An input with the name of another column gets `input.` in front, a JSON field `output.`. Input
    columns come in the order of `input_columns`, then those that only the executions know.
    Rehearsal rows and replays say so in a last column `note`.
    """
    import pandas as pd

    rows = _in_order(executions)
    inputs = _renamed(_inputs(rows, input_columns), "input.", _OWN_NAMES)
    fields = _renamed(_json_fields(rows), "output.", _OWN_NAMES | {str(name) for name in inputs})
    own = _own_columns(rows)
    parts = [own[["row_number"]], inputs, own[["status", "output"]], fields, own[[*METRICS, "error", "execution_id"]]]
    return _noted(pd.concat(parts, axis="columns"), rows)


def command_line_table(executions: pd.DataFrame, input_columns: Sequence[str] = ()) -> pd.DataFrame:
    """The inputs, then `COMMAND_LINE`; an input with one of those names gets `input.` in front."""
    import pandas as pd

    rows = _in_order(executions)
    inputs = _renamed(_inputs(rows, input_columns), "input.", frozenset({*COMMAND_LINE, NOTE_COLUMN}))
    return _noted(pd.concat([inputs, _own_columns(rows)[list(COMMAND_LINE)]], axis="columns"), rows)


def _in_order(executions: pd.DataFrame) -> pd.DataFrame:
    return executions.sort_values(["row_number", "created_at"], kind="stable").reset_index(drop=True)


def _own_columns(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(attempts=rows["attempt"], error=rows["error_message"])


def _noted(table: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    flags = ["is_rehearsal", "is_replay"]
    return with_note(table.assign(**{name: rows[name] for name in flags})).drop(columns=flags)


def _inputs(rows: pd.DataFrame, input_columns: Sequence[str]) -> pd.DataFrame:
    values = [_parsed(text) or {} for text in rows["inputs"]]
    names = dict.fromkeys([*input_columns, *(name for row in values for name in row)])
    return _frame(rows, {name: _as_text(row.get(name) for row in values) for name in names})


def _json_fields(rows: pd.DataFrame) -> pd.DataFrame:
    values = [value if isinstance(value := _parsed(text), dict) else {} for text in rows["output_json"]]
    names = dict.fromkeys(name for row in values for name in row)
    return _frame(rows, {name: _typed([row.get(name) for row in values]) for name in names})


def _frame(rows: pd.DataFrame, columns: dict[str, pd.Series[Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(columns, index=rows.index)


def _renamed(frame: pd.DataFrame, prefix: str, taken: Iterable[str]) -> pd.DataFrame:
    """Put `prefix` in front of names that are taken, as often as it needs to make them unique."""
    used = {*taken, *map(str, frame.columns)}
    names = {}
    for name in map(str, frame.columns):
        free = name
        while free in taken or (free != name and free in used):
            free = prefix + free
        names[name] = free
        used.add(free)
    return frame.rename(columns=names)


def _parsed(text: Any) -> Any:
    return json.loads(text) if isinstance(text, str) else None


def _typed(values: list[Any]) -> pd.Series[Any]:
    """Numbers and truth values keep their type when the whole column has it; anything else is text."""
    import pandas as pd

    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return pd.Series(values, dtype="boolean")
    if kinds == {int} and all(-(2**63) <= value < 2**63 for value in values if value is not None):
        return pd.Series(values, dtype="Int64")
    if float in kinds and kinds <= {int, float}:
        return pd.Series(values, dtype="float64")
    return _as_text(values)


def _as_text(values: Iterable[Any]) -> pd.Series[Any]:
    import pandas as pd

    texts = [v if v is None or isinstance(v, str) else json.dumps(v, ensure_ascii=False) for v in values]
    return pd.Series(texts, dtype="string")
