"""How to run, as opposed to what: everything on Launch that has a default."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.ui.components.launch_cassette import choose_cassette
from crewlab.ui.components.launch_model import choose_models
from crewlab.ui.components.launch_planning import choose_planning
from crewlab.ui.components.launch_scoring import choose_scoring
from crewlab.ui.components.launch_training import choose_training
from crewlab.ui.components.limits_form import choose_priority, limits_form

if TYPE_CHECKING:
    from crewlab.definitions.version import DefinitionVersion
    from crewlab.lab import Lab

TABS = (
    ":material/timer: Limits",
    ":material/checklist: Planning",
    ":material/grade: Repeat / score",
    ":material/school: Lessons",
    ":material/radio_button_checked: Record / replay",
)


def choose_options(lab: Lab, version: DefinitionVersion) -> tuple[dict[str, Any], int]:
    """Draw the choices; return them by the names of the lab's launch arguments, and how often to run."""
    with st.container(border=True):
        models = choose_models(lab, version.document, key="launch.model", definition_key=version.definition_id)
        limiting, planning, scoring, training, taping = st.tabs(TABS)
        with limiting:
            limits, priority = limits_form(lab, key="launch"), choose_priority(key="launch.priority")
            options = {**models, **limits, "priority": priority}
        with planning:
            options["planning"] = choose_planning(version.document, key="launch.planning")
        with scoring:
            options["judge"], repeats = choose_scoring(lab, key="launch.scoring")
        with training:
            options["training"] = choose_training(lab, version.name, key="launch.training")
        with taping:
            options["cassette"] = choose_cassette(lab, key="launch.cassette")
    return options, repeats
