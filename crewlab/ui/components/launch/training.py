"""Which lessons of a training a launch follows, and beginning a training."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from crewlab.definitions.training import MOST_ITERATIONS
from crewlab.errors import CrewLabError
from crewlab.ui.components.error_box import error_box
from crewlab.ui.components.formats import ago
from crewlab.ui.components.plain_text import escape

if TYPE_CHECKING:
    from crewlab.executions.execution import Execution
    from crewlab.lab import Lab

NONE = "(none)"


def choose_training(lab: Lab, definition_name: str, *, key: str) -> str | None:
    """Draw the choice; return the id of the training to follow."""
    trainings = {one.execution_id: one for one in lab.trainings(definition_name)}
    if not trainings:
        st.caption(
            "No training has been completed. In one, you judge each output, and the agents learn from your words."
        )
        return None
    chosen = st.selectbox(
        "Follow the lessons of",
        [NONE, *trainings],
        format_func=lambda name: _label(trainings.get(name)),
        key=f"{key}.{definition_name}",
    )
    if chosen in (None, NONE):
        return None
    for agent, instructions in lab.lessons(chosen).items():
        st.caption(f"**{escape(agent)}**: {escape('; '.join(instructions))}")
    return chosen


def training_button(begin: Callable[[int], None], *, key: str, disabled: bool) -> None:
    """Draw the popover that begins a training with `begin(iterations)`."""
    with st.popover("Train…", icon=":material/school:", key=key, disabled=disabled):
        st.caption(
            "Runs the tasks one after the other and waits after each for what you say. Each agent follows it from then "
            "on; in the end its model sums up the lessons."
        )
        iterations = st.number_input("Rounds", 1, MOST_ITERATIONS, 2, key=f"{key}.rounds")
        if st.button("Begin the training", type="primary", key=f"{key}.begin"):
            try:
                begin(int(iterations))
            except CrewLabError as error:
                error_box(error)


def _label(training: Execution | None) -> str:
    return NONE if training is None else f"{training.definition_name}, {ago(training.created_at)}"
