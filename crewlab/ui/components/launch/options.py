"""How to run, as opposed to what: everything on Launch that has a default."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.definitions.kinds import kind_of
from crewlab.ui.components.launch.cassette import choose_cassette
from crewlab.ui.components.launch.model import choose_models
from crewlab.ui.components.launch.planning import choose_planning
from crewlab.ui.components.launch.scoring import choose_scoring
from crewlab.ui.components.launch.training import choose_training
from crewlab.ui.components.launch.whole import whole_document
from crewlab.ui.components.limits_form import choose_priority, limits_form

if TYPE_CHECKING:
    from crewlab.definitions.version import DefinitionVersion
    from crewlab.lab import Lab

LIMITS, PLANNING = ":material/timer: Limits", ":material/checklist: Planning"
SCORING, LESSONS = ":material/grade: Repeat / score", ":material/school: Lessons"
TAPING = ":material/radio_button_checked: Record / replay"
OF_A_FLOW = (LIMITS, PLANNING, SCORING, TAPING)
OF_A_CREW = (LIMITS, PLANNING, SCORING, LESSONS, TAPING)
"""Lessons are those of one crew; all else holds for every crew that a flow runs."""


def choose_options(lab: Lab, version: DefinitionVersion) -> tuple[dict[str, Any], int]:
    """Draw the choices; return them by the names of the lab's launch arguments, and how often to run."""
    document, is_flow = whole_document(lab, version), kind_of(version.document) == "flow"
    labels = OF_A_FLOW if is_flow else OF_A_CREW
    with st.container(border=True):
        models = choose_models(lab, document, key="launch.model", definition_key=version.definition_id)
        tabs = dict(zip(labels, st.tabs(labels), strict=True))
        with tabs[LIMITS]:
            limits, priority = limits_form(lab, key="launch"), choose_priority(key="launch.priority")
            options = {**models, **limits, "priority": priority, "training": None}
        with tabs[PLANNING]:
            options["planning"] = choose_planning(document, key="launch.planning")
        with tabs[SCORING]:
            options["judge"], repeats = choose_scoring(lab, key="launch.scoring")
        if not is_flow:
            with tabs[LESSONS]:
                options["training"] = choose_training(lab, version.name, key="launch.training")
        with tabs[TAPING]:
            options["cassette"] = choose_cassette(lab, key="launch.cassette")
    return options, repeats
