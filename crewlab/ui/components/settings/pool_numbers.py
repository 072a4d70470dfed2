"""The pool as it stands: what runs where, what waits, which limits are used up. Redrawn every second or two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from crewlab.errors import CrewLabError
from crewlab.ui.components.error_box import error_box
from crewlab.ui.components.formats import plural
from crewlab.ui.links import link
from crewlab.ui.toasts import attempt

if TYPE_CHECKING:
    from crewlab.executions.engine_state import EngineState
    from crewlab.lab import Lab


@st.fragment(run_every=2.0, key="settings.pool")
def pool_numbers(lab: Lab) -> None:
    """Draw it, with the switch that pauses the pool."""
    try:
        state = lab.engine_state()
    except CrewLabError as error:  # an exception does not leave a fragment
        error_box(error)
        return
    _switch(lab, state)
    _counts(state)
    _shares(state)
    _dedicated(state)
    _rates(state)


def _switch(lab: Lab, state: EngineState) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if state.is_paused:
            st.button("Go on", icon=":material/play_arrow:", type="primary", key="settings.pool.unpause",
                      on_click=attempt, args=(lab.unpause,))  # fmt: skip
            st.markdown(":material/pause_circle: **The pool is paused.** What runs goes on; nothing new starts.")
        else:
            st.button("Pause", icon=":material/pause:", key="settings.pool.pause",
                      on_click=attempt, args=(lab.pause,),
                      help="Start nothing new, over a restart too. What runs goes on.")  # fmt: skip
            st.caption(f"The pool is open. crewAI: {state.crewai}.")


def _counts(state: EngineState) -> None:
    with st.container(horizontal=True):
        st.metric("Running", state.running, border=True)
        st.metric("In the queue", state.pending, border=True)
        shared = sum(state.hosted.values())
        st.metric("On shared workers", f"{shared:,} of {state.workers * state.admission:,}", border=True)
        st.metric("Dedicated workers", f"{len(state.dedicated)} of {state.dedicated_workers}", border=True)
        st.metric("Tool calls", f"{state.tool_calls} on {plural(state.tool_threads, 'thread')}", border=True)
    given_up = [plural(state.given_up_workers, "dedicated worker")] if state.given_up_workers else []
    given_up += [plural(state.given_up_tools, "tool thread")] if state.given_up_tools else []
    if given_up:
        st.caption(f":material/warning: Hung and replaced since the start: {', '.join(given_up)}.")


def _shares(state: EngineState) -> None:
    parts = {"worker": state.hosted, "owner": state.owners, "batch": state.batches}
    rows = [(kind, name, count) for kind, counts in parts.items() for name, count in counts.items()]
    if rows:
        kinds, names, counts = zip(*rows, strict=True)
        st.dataframe({"by": kinds, "name": names, "executions": counts}, hide_index=True, width="stretch")


def _dedicated(state: EngineState) -> None:
    for worker in state.dedicated:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            link("execution", worker.name, ":material/play_circle:", id=worker.execution_id)
            st.caption(worker.reason)


def _rates(state: EngineState) -> None:
    if not state.rates:
        return
    st.dataframe(
        {
            "limited": [rate.what for rate in state.rates],
            "requests": [_of(rate.requests, rate.requests_per_minute) for rate in state.rates],
            "tokens": [_of(rate.tokens, rate.tokens_per_minute) for rate in state.rates],
            "waiting calls": [rate.waiting for rate in state.rates],
        },
        hide_index=True,
        width="stretch",
    )
    st.caption("Within the last 60 seconds. Tokens are estimated until the answer is there.")


def _of(used: int, limit: int | None) -> str:
    return f"{used:,}" if limit is None else f"{used:,} of {limit:,}"
