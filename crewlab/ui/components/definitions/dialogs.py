"""What is asked before a definition is renamed, labelled or put into a flow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from crewlab.definitions.editing_flows.adding import add_definition, suggested_step
from crewlab.definitions.editing_flows.steps import step_names
from crewlab.definitions.names import MOST_CHARACTERS
from crewlab.errors import CrewLabError
from crewlab.ui.components.error_box import error_box
from crewlab.ui.components.plain_text import escape
from crewlab.ui.editor.open_draft import OpenDraft
from crewlab.ui.editor.saving import TAB
from crewlab.ui.links import go_once
from crewlab.ui.state import remember
from crewlab.ui.toasts import toast_next

if TYPE_CHECKING:
    from crewlab.definitions.version import DefinitionSummary
    from crewlab.lab import Lab

AT_START = "At the start"
ADDED_STEP = "definition.step.added"
"""Holds the place of a step that was added to the flow whose page is opened next."""


@st.dialog("Tags and collections", icon=":material/sell:")
def ask_labels(lab: Lab, summary: DefinitionSummary) -> None:
    """Ask for the words on a definition and the collections that it is in; new ones are made."""
    every = lab.definitions.list(archived=None)
    st.caption(f"Of {escape(summary.name)}. They make no version.")
    tags = st.multiselect(
        "Tags", _known(summary.tags, (tag for one in every for tag in one.tags)), default=summary.tags,
        accept_new_options=True, key="definitions.labels.tags", placeholder="Type a word, then Enter",
    )  # fmt: skip
    names = (collection.name for collection in lab.definitions.collections())
    collections = st.multiselect(
        "Collections", _known(summary.collections, names), default=summary.collections, accept_new_options=True,
        key="definitions.labels.collections", placeholder="Crews and flows that belong together",
    )  # fmt: skip
    if st.button("Save", type="primary", icon=":material/check:", key="definitions.labels.save"):
        try:
            lab.definitions.tag(summary.definition_id, tags)
            lab.definitions.collect(summary.definition_id, collections)
        except CrewLabError as error:
            error_box(error)
            return
        st.rerun()


@st.dialog("Rename", icon=":material/edit:")
def ask_rename(lab: Lab, summary: DefinitionSummary) -> None:
    """Ask for another name, saying what happens to those that use the old one."""
    users = f" {_listed(summary.parents)} goes on running it." if summary.parents else ""
    st.markdown(
        f"**{escape(summary.name)}** gets a new version with the new name. Notebooks and flows that say the old "
        f"name go on finding it.{users}"
    )
    with st.form("definitions.rename", border=False):
        name = st.text_input("Name", value=summary.name, key="definitions.rename.name", max_chars=MOST_CHARACTERS)
        if not st.form_submit_button("Rename", type="primary", icon=":material/check:"):
            return
    try:
        lab.definitions.rename(summary.definition_id, name)
    except CrewLabError as error:
        error_box(error)
        return
    toast_next(f"It is called {escape(name.strip())} now.", ":material/edit:")
    st.rerun()


@st.dialog("Add to flow", icon=":material/account_tree:")
def ask_add_to_flow(lab: Lab, summary: DefinitionSummary) -> None:
    """Ask which flow runs it, and after which step; the flow opens with the new step, unsaved."""
    flows = possible_parents(lab.definitions.list(), summary)
    if not flows:
        st.info("There is no flow that could run it yet. *New flow* on this page makes one.", icon=":material/info:")
        return
    st.caption(f"{escape(summary.name)} becomes a step. Where its inputs come from is chosen there.")
    names = {flow.definition_id: flow.name for flow in flows}
    chosen = st.selectbox("Flow", list(names), format_func=names.__getitem__, key="definitions.add.flow")
    draft = OpenDraft.of_definition(lab, chosen)
    steps = step_names(draft.document)
    after = st.selectbox("After", [AT_START, *steps], index=len(steps), key=f"definitions.add.after.{chosen}")
    name = st.text_input("Name of the step", value=suggested_step(draft.document, summary.name),
                         key=f"definitions.add.name.{chosen}", max_chars=80)  # fmt: skip
    if st.button("Add", type="primary", icon=":material/add:", key="definitions.add.confirm"):
        _add(lab, draft, summary, name.strip(), None if after == AT_START else after)


def possible_parents(summaries: Sequence[DefinitionSummary], summary: DefinitionSummary) -> list[DefinitionSummary]:
    """The flows that could run a definition: neither itself nor what it runs, which would be a circle."""
    children = {one.name: one.children for one in summaries}
    below, to_see = set[str](), [summary.name]
    while to_see:
        name = to_see.pop()
        if name not in below:
            below.add(name)
            to_see.extend(children.get(name, ()))
    return [one for one in summaries if one.kind == "flow" and one.name not in below]


def _add(lab: Lab, draft: OpenDraft, summary: DefinitionSummary, step: str, after: str | None) -> None:
    used = lab.definitions.version(summary.definition_id).document
    try:
        draft.edit(lambda document: add_definition(document, summary.name, used, step, after=after))
    except CrewLabError as error:
        error_box(error)
        return
    remember(TAB, "Steps")
    remember(ADDED_STEP, len(step_names(draft.document)))
    toast_next(f"{escape(summary.name)} is a step of {escape(draft.name)}, unsaved.", ":material/account_tree:")
    go_once("definition", **draft.address)


def _known(own: Sequence[str], others: Iterable[str]) -> list[str]:
    return sorted({*own, *others}, key=str.casefold)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(escape(name) for name in names)
