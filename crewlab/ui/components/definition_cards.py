"""Definitions as cards: what each is, how it did last, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from crewlab.ui.components.formats import ago, plural
from crewlab.ui.components.plain_text import escape, shorten
from crewlab.ui.components.status import status_markdown
from crewlab.ui.editor.fields import refused_problems
from crewlab.ui.editor.open_draft import OpenDraft
from crewlab.ui.editor.saving import ask_delete, ask_discard, ask_run, duplicate
from crewlab.ui.links import go, link

if TYPE_CHECKING:
    from crewlab.definitions.version import DefinitionSummary, Draft
    from crewlab.lab import Lab


def definition_cards(lab: Lab, summaries: Sequence[DefinitionSummary]) -> None:
    """Draw a card for each."""
    for summary in summaries:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            with st.container(gap="xsmall", width="stretch"):
                _about(summary)
            with st.container(horizontal=True, width="content"):
                _actions(lab, summary)


def draft_cards(lab: Lab, drafts: Sequence[Draft]) -> None:
    """Draw crews that were never saved, so that none is lost out of sight."""
    for draft in drafts:
        name = str(draft.document.get("name") or "Crew without a name")
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            with st.container(gap="xsmall", width="stretch"):
                link("definition", f"**{escape(shorten(name, 80))}**", ":material/edit_note:", draft=draft.draft_id)
                st.markdown(f":violet-badge[:material/edit: not saved yet, {ago(draft.updated_at)}]")
            with st.container(horizontal=True, width="content"):
                _draft_actions(lab, draft)


def _draft_actions(lab: Lab, draft: Draft) -> None:
    key = f"definitions.draft.{draft.draft_id}"
    if st.button("Run", icon=":material/play_arrow:", key=f"{key}.run", help="Save it as version 1, then launch it"):
        opened = OpenDraft.of_draft(lab, draft.draft_id)
        ask_run(opened, [*lab.definitions.check(opened.document), *refused_problems(opened)])
    options = ["Open", "Duplicate", "Discard"]
    chosen = st.menu_button("More", options, icon=":material/more_horiz:", key=f"{key}.more")
    if chosen == "Open":
        go("definition", draft=draft.draft_id)
    if chosen == "Duplicate":
        opened = OpenDraft.of_draft(lab, draft.draft_id)
        go("definition", draft=duplicate(lab, opened.document, opened.name))
    if chosen == "Discard":
        ask_discard(OpenDraft.of_draft(lab, draft.draft_id))


def _about(summary: DefinitionSummary) -> None:
    link("definition", f"**{escape(shorten(summary.name, 80))}**", ":material/groups:", id=summary.definition_id)
    if summary.description:
        st.markdown(f":small[{escape(shorten(summary.description, 240))}]")
    edits = " :violet-badge[:material/edit: unsaved edits]" if summary.has_draft else ""
    outcome = f" {status_markdown(summary.last_status)}" if summary.last_status else ""
    st.markdown(f":small[:gray[{_facts(summary)}]{outcome}{edits}]")


def _facts(summary: DefinitionSummary) -> str:
    facts = [
        plural(summary.agents_count, "agent"),
        plural(summary.tasks_count, "task"),
        f"version {summary.latest_number}",
    ]
    if summary.executions_count:
        facts.append(plural(summary.executions_count, "execution"))
        facts.append(f"last {ago(summary.last_executed_at)}" if summary.last_executed_at else "")
    else:
        facts.append("never run")
    return " · ".join(fact for fact in facts if fact)


def _actions(lab: Lab, summary: DefinitionSummary) -> None:
    key = f"definitions.{summary.definition_id}"
    if st.button("Run", icon=":material/play_arrow:", key=f"{key}.run", help=f"Launch {escape(summary.name)}"):
        go("launch", definition=summary.definition_id)
    options = ["Open", "Duplicate", "Executions", "Delete"]
    chosen = st.menu_button("More", options, icon=":material/more_horiz:", key=f"{key}.more")
    if chosen == "Open":
        go("definition", id=summary.definition_id)
    if chosen == "Executions":
        go("executions", definition=summary.name)
    if chosen == "Duplicate":
        document = lab.definitions.version(summary.definition_id).document
        go("definition", draft=duplicate(lab, document, summary.name))
    if chosen == "Delete":
        ask_delete(lab, summary.definition_id, summary.name)
