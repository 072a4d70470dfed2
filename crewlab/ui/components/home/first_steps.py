"""What to do first: run an example, make a crew, use an own model, go on in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from crewlab.ui.components.home.own_model import own_model
from crewlab.ui.links import go

if TYPE_CHECKING:
    from crewlab.lab import Lab

EXAMPLE = "market-brief"
_NOTEBOOK = """import crewlab

lab = crewlab.open()
brief = {
    "category": "Heat pumps",
    "region": "Poland",
    "decision": "whether to enter",
}
print(lab.run("market-brief", brief).output)
lab.tasks_df()"""


def first_steps(lab: Lab) -> None:
    """Draw the steps as cards."""
    with st.grid(2, min_column_width=320):
        _example(lab)
        _own_crew()
        _own_model(lab)
        _elsewhere()


def _example(lab: Lab) -> None:
    with _card("Run an example", ":material/rocket_launch:"):
        st.markdown(
            "Three research tasks run at once and join in a brief. It runs on the offline *rehearsal model*: "
            "no key, no cost, answers made up."
        )
        names = [summary.name for summary in lab.definitions.list()]
        name = EXAMPLE if EXAMPLE in names else next(iter(names), None)
        if st.button("Run the example", type="primary", icon=":material/play_arrow:", key="home.run_example",
                     disabled=name is None):  # fmt: skip
            go("launch", definition=name)


def _own_crew() -> None:
    with _card("Make your own crew or flow", ":material/groups:"):
        st.markdown(
            "A crew: agents with a role and a goal, tasks that pass results on. A flow connects crews and more."
        )
        with st.container(horizontal=True):
            if st.button("New crew", icon=":material/group_add:", key="home.new_crew"):
                go("definitions", new="crew")
            if st.button("New flow", icon=":material/account_tree:", key="home.new_flow"):
                go("definitions", new="flow")


def _own_model(lab: Lab) -> None:
    with _card("Use your own model", ":material/key:"):
        own_model(lab)


def _elsewhere() -> None:
    with _card("Go on in a notebook", ":material/code:"):
        st.markdown("The same lab answers from Jupyter, also while this app is running:")
        st.code(_NOTEBOOK, language="python")
        st.markdown("And from a terminal, over a whole table:")
        st.code("python -m crewlab batch ticket-triage \\\n  --inputs data/examples/ticket-triage.csv", language="bash")


def _card(title: str, icon: str) -> st.delta_generator.DeltaGenerator:
    card = st.container(border=True, height="stretch")
    card.subheader(title, icon=icon)
    return card
