"""Whether a launch records its answers, or is answered from a recording."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from crewlab.errors import InputsError
from crewlab.executions.cassette import Cassette
from crewlab.ui.components.error_box import error_box

if TYPE_CHECKING:
    from crewlab.lab import Lab

NEITHER = "Neither"
RECORD = "Record"
REPLAY = "Replay"


def choose_cassette(lab: Lab, *, key: str) -> Cassette | None:
    """Draw the choice; return what the launch does with a cassette."""
    names = [info.name for info in lab.cassettes()]
    modes = [NEITHER, RECORD, REPLAY] if names else [NEITHER, RECORD]
    mode = st.segmented_control("Record / replay", modes, default=NEITHER, required=True, key=f"{key}.mode")
    if mode == RECORD:
        return _recording(key)
    if mode == REPLAY:
        return _replaying(names, key)
    st.caption("A recording keeps the answers of models and tools; a replay gives them again, offline and free.")
    return None


def _recording(key: str) -> Cassette | None:
    name = st.text_input("Name of the cassette", key=f"{key}.name", max_chars=80, placeholder="such as tickets-v1")
    st.caption("Answers are added to it if it exists. Keys and addresses of servers are left out.")
    if not (name or "").strip():
        st.caption("Nothing is recorded until it has a name.")
        return None
    try:
        return Cassette.record(name.strip())
    except InputsError as error:
        error_box(error)
        return None


def _replaying(names: list[str], key: str) -> Cassette:
    name = st.selectbox("Cassette", names, key=f"{key}.which")
    live = st.checkbox("Ask the model what was never recorded, and record it", key=f"{key}.live")
    st.caption("What is not on the cassette costs as usual." if live else "No model is called, and nothing is paid.")
    return Cassette.replay(name or names[0], on_miss="live" if live else "error")
