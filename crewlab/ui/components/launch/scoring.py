"""Whether a model scores the outputs of a launch, and how often each input is run."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from crewlab.ui.components.model_choice import model_names

if TYPE_CHECKING:
    from crewlab.lab import Lab

NOBODY = "Nobody"
MOST_REPEATS = 100


class Scoring(NamedTuple):
    """What was chosen."""

    judge: str | dict[str, object] | None
    repeats: int


def choose_scoring(lab: Lab, *, key: str) -> Scoring:
    """Draw the choice of a judge and of repeats."""
    left, right = st.columns([3, 1])
    judge = left.selectbox(
        "Who scores the output of each task",
        [NOBODY, *model_names(lab)],
        key=f"{key}.judge",
        accept_new_options=True,
        help="A model gives each output 1 to 10, with crewAI's own question. Choose one, or type its name.",
    )
    repeats = right.number_input(
        "Repeats", 1, MOST_REPEATS, 1, key=f"{key}.repeats", help="How often each input is run, each time anew."
    )
    if judge in (None, "", NOBODY):
        st.caption("Nothing is scored.")
        return Scoring(None, int(repeats))
    st.caption("One more model call per task. A score is one model's opinion, and no proof.")
    return Scoring(str(judge), int(repeats))
