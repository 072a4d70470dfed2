"""The list of definitions: search, create, import, open, run, duplicate, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from crewlab.ui.components.definition_cards import definition_cards, draft_cards
from crewlab.ui.components.empty_state import empty_state
from crewlab.ui.components.formats import plural
from crewlab.ui.components.importing import ask_import
from crewlab.ui.components.new_crew import ask_new_crew, ask_new_flow
from crewlab.ui.components.template_dialog import ask_template
from crewlab.ui.state import parameter

if TYPE_CHECKING:
    from crewlab.definitions.version import DefinitionSummary
    from crewlab.lab import Lab

PER_PAGE = 20


def render(lab: Lab) -> None:
    """Draw the page; `?new=1` opens the dialog for a new crew."""
    st.title("Definitions")
    st.caption(
        "A crew is agents and the tasks they do, a flow connects crews. "
        "Each save is a new version; what ran can always be run again."
    )
    text = _toolbar(lab)
    drafts = [draft for draft in lab.definitions.drafts() if draft.definition_id is None]
    summaries = lab.definitions.list()
    if drafts:
        draft_cards(lab, drafts)
    if not summaries and not drafts:
        with empty_state("No definitions yet", "Start a new crew, or import one from a file.", ":material/groups:"):
            st.button("New crew", icon=":material/add:", type="primary", key="definitions.empty.new",
                      on_click=_ask_new)  # fmt: skip
        return
    _list(lab, [summary for summary in summaries if _matches(summary, text)], text)


def _toolbar(lab: Lab) -> str:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(
            "Search", key="definitions.search", type="search", live=True, placeholder="Name or description",
            label_visibility="collapsed",
        )  # fmt: skip
        is_new = st.button("New crew", icon=":material/add:", type="primary", key="definitions.new")
        is_flow = st.button("New flow", icon=":material/add:", key="definitions.new_flow")
        is_template = st.button("New from template", icon=":material/auto_awesome_mosaic:", key="definitions.template")
        is_import = st.button("Import", icon=":material/upload_file:", key="definitions.import",
                              help="Files, zips of crewAI projects, bundles")  # fmt: skip
    if is_new or parameter("new"):
        st.query_params.clear()
        ask_new_crew(lab)
    elif is_flow:
        ask_new_flow(lab)
    elif is_template:
        ask_template(lab)
    elif is_import:
        ask_import(lab)
    return text or ""


def _ask_new() -> None:
    st.query_params["new"] = "1"


def _list(lab: Lab, summaries: list[DefinitionSummary], text: str) -> None:
    if not summaries and text:
        st.caption("No definition matches. Clear the search to see all.")
        return
    pages = max(1, -(-len(summaries) // PER_PAGE))
    page = 1
    if pages > 1:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(plural(len(summaries), "definition"))
            page = st.pagination(pages, key="definitions.page")
    definition_cards(lab, summaries[(page - 1) * PER_PAGE : page * PER_PAGE])


def _matches(summary: DefinitionSummary, text: str) -> bool:
    return all(word in f"{summary.name} {summary.description}".lower() for word in text.lower().split())
