"""The labels that everything carries which no model has just answered: from the rehearsal model, or from a cassette."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from crewlab.executions.execution import Execution

REHEARSAL = "rehearsal: not evidence"
REPLAY = "replay: recorded answers"
_HELP = "Made by the offline rehearsal model. It shows how a crew runs, not what a real model would answer."
_REPLAY_HELP = "Answered from a cassette: what was answered when it was recorded. Nothing was asked or paid again."


def note_of(execution: Execution) -> str | None:
    """Its labels as text; `None` for an execution that models have answered."""
    notes = ((REHEARSAL, execution.is_rehearsal), (REPLAY, execution.is_replay))
    return "; ".join(note for note, applies in notes if applies) or None


def labels_markdown(execution: Execution) -> str:
    """Its labels as badges inside Markdown, each with a space in front."""
    rehearsal = f" {rehearsal_markdown()}" if execution.is_rehearsal else ""
    return f"{rehearsal} {replay_markdown()}" if execution.is_replay else rehearsal


def rehearsal_markdown() -> str:
    """The rehearsal label as a badge inside Markdown."""
    return f":orange-badge[:material/theater_comedy: {REHEARSAL}]".replace("rehearsal: ", "rehearsal\\: ")


def replay_markdown() -> str:
    """The replay label as a badge inside Markdown."""
    return f":violet-badge[:material/replay: {REPLAY}]".replace("replay: r", "replay\\: r")


def rehearsal_badge() -> None:
    """Draw the rehearsal label."""
    st.badge(REHEARSAL, icon=":material/theater_comedy:", color="orange", help=_HELP)


def replay_badge() -> None:
    """Draw the replay label."""
    st.badge(REPLAY, icon=":material/replay:", color="violet", help=_REPLAY_HELP)
