"""Which cassette an execution uses, and how much of it came from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from crewlab.ui.components.formats import plural, whole
from crewlab.ui.components.plain_text import escape

if TYPE_CHECKING:
    import pandas as pd

    from crewlab.executions.execution import Execution
    from crewlab.lab import Lab


def show_cassette(lab: Lab, execution: Execution) -> None:
    """Draw one line, or nothing for an execution without a cassette."""
    cassette = execution.options.cassette
    if cassette is None:
        return
    name = f"**{escape(cassette.name)}**"
    if not cassette.is_replay:
        st.caption(f":material/radio_button_checked: Its answers are recorded on the cassette {name}.")
        return
    hits, misses = hits_and_misses(lab, execution.execution_id)
    missed = {"error": "ends its task", "live": "is asked and recorded"}[cassette.on_miss]
    counts = f"{plural(hits, 'recorded answer')}, {whole(misses)} missing"
    st.caption(f":material/replay: Replay of the cassette {name}: {counts}. What is missing {missed}.")


def hits_and_misses(lab: Lab, execution_id: str) -> tuple[int, int]:
    """Calls of models and tools that the cassette answered, and those that it could not."""
    frames = [lab.llm_calls_df(execution_ids=[execution_id]), lab.tool_calls_df(execution_ids=[execution_id])]
    hits = sum(int(frame["is_replay"].fillna(False).sum()) for frame in frames)
    return hits, sum(int((_may_miss(frame) & ~frame["is_replay"].fillna(False)).sum()) for frame in frames)


def _may_miss(frame: pd.DataFrame) -> pd.Series[bool]:
    """Calls that a cassette is asked for: not those of tools that delegate, or that the crew's own cache answered."""
    tools = frame["tool"] if "tool" in frame else frame["call_id"]
    ran = (frame["status"] == "completed") | (frame["error_type"] == "CassetteMissError").fillna(False)
    if "from_cache" in frame:
        ran &= ~frame["from_cache"].fillna(False)
    return ran & ~tools.isin(DELEGATION)


DELEGATION = ("Delegate work to coworker", "Ask question to coworker")
"""crewAI's tools that let another agent work: its own calls are what is recorded."""
