"""The steps of flows among the tasks of crews, so that both are compared in the same way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def with_steps(tasks: pd.DataFrame, steps: pd.DataFrame) -> pd.DataFrame:
    """The frame `tasks` with the calls of steps as further rows; what `each` does for an item counts for its step."""
    import pandas as pd

    if steps.empty:
        return tasks
    is_inner = steps["step"].str.contains("[", regex=False)
    rows = steps.assign(
        task_name=steps["step"].str.partition("[")[0],
        task_index=steps["step_index"],
        agent=steps["kind"],
        output=steps["output"].map(_text, na_action="ignore"),
        duration_seconds=steps["duration_seconds"].mask(is_inner),
    )
    rows = pd.concat([rows[is_inner], rows[~is_inner]])  # what is last of a name is the step itself
    shown = rows.reindex(columns=tasks.columns).astype(tasks.dtypes)
    return shown if tasks.empty else pd.concat([tasks, shown], ignore_index=True)


def _text(output: str) -> str:
    """The output of a step as text: what a crew or an agent wrote, a text as it is, anything else as JSON."""
    try:
        value = json.loads(output)
    except ValueError:
        return output
    if isinstance(value, dict) and "raw" in value:
        return str(value["raw"])
    return value if isinstance(value, str) else output
