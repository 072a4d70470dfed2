"""The list of definitions: search, filters, create, import, open, run, keep in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from crewlab.ui.components.definitions.cards import definition_cards, draft_cards
from crewlab.ui.components.definitions.collection_header import collection_header
from crewlab.ui.components.definitions.filters import DefinitionFilters, choose_filters, clear_filters
from crewlab.ui.components.definitions.importing import ask_import
from crewlab.ui.components.definitions.lineage_picture import lineage_of_flows
from crewlab.ui.components.definitions.new_crew import ask_new_crew, ask_new_flow
from crewlab.ui.components.definitions.template_dialog import ask_template
from crewlab.ui.components.empty_state import empty_state
from crewlab.ui.components.formats import plural
from crewlab.ui.state import parameter

if TYPE_CHECKING:
    from crewlab.definitions.version import DefinitionSummary
    from crewlab.lab import Lab

PER_PAGE = 20


def render(lab: Lab) -> None:
    """Draw the page; `?new=crew` opens the dialog for a new crew, `?new=flow` that for a flow."""
    st.title("Definitions")
    st.caption(
        "A crew is agents and the tasks they do, a flow connects crews. "
        "Each save is a new version; what ran can always be run again."
    )
    text = _toolbar(lab)
    drafts = [draft for draft in lab.definitions.drafts() if draft.definition_id is None]
    summaries = lab.definitions.list(archived=None)
    if not summaries and not drafts:
        with empty_state("No definitions yet", "Start a crew or a flow, or import from a file.", ":material/groups:"):
            st.button("New crew", icon=":material/group_add:", type="primary", key="definitions.empty.new",
                      on_click=_ask_new, args=("crew",))  # fmt: skip
            st.button("New flow", icon=":material/account_tree:", key="definitions.empty.new_flow",
                      on_click=_ask_new, args=("flow",))  # fmt: skip
        return
    filters = choose_filters(summaries, text)
    if filters.collection is not None:
        collection_header(lab, filters.collection)
    kept_drafts = [draft for draft in drafts if filters.keeps_draft(draft)]
    draft_cards(lab, kept_drafts)
    kept = [summary for summary in summaries if filters.keeps(summary)]
    if kept or not kept_drafts:
        _list(lab, kept, filters)


def _toolbar(lab: Lab) -> str:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(
            "Search", key="definitions.search", type="search", live=True, placeholder="Name, description or tag",
            label_visibility="collapsed",
        )  # fmt: skip
        is_new = st.button("New crew", icon=":material/group_add:", type="primary", key="definitions.new")
        is_flow = st.button("New flow", icon=":material/account_tree:", key="definitions.new_flow")
        is_template = st.button("New from template", icon=":material/auto_awesome_mosaic:", key="definitions.template")
        is_import = st.button("Import", icon=":material/upload_file:", key="definitions.import",
                              help="Files, zips of crewAI projects, bundles")  # fmt: skip
    asked = "crew" if is_new else "flow" if is_flow else parameter("new")
    if asked:
        st.query_params.clear()
        ask_new_flow(lab) if asked == "flow" else ask_new_crew(lab)
    elif is_template:
        ask_template(lab)
    elif is_import:
        ask_import(lab)
    return text or ""


def _ask_new(kind: str) -> None:
    st.query_params["new"] = kind


def _list(lab: Lab, summaries: Sequence[DefinitionSummary], filters: DefinitionFilters) -> None:
    if not summaries:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption("No definition matches.", width="content")
            if filters.is_narrow:
                st.button("Show all", icon=":material/filter_alt_off:", key="definitions.all", on_click=clear_filters)
        return
    pages = max(1, -(-len(summaries) // PER_PAGE))
    page = 1
    if pages > 1:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(plural(len(summaries), "definition"))
            page = st.pagination(pages, key="definitions.page")
    definition_cards(lab, summaries[(page - 1) * PER_PAGE : page * PER_PAGE])
    lineage_of_flows(lab, summaries)
