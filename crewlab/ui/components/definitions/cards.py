"""Definitions as cards: what each is, how it did last, and what can be done with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from crewlab.definitions.kinds import kind_of
from crewlab.ui.components.definitions.order import order_options, put_in_order
from crewlab.ui.components.definitions.standing import LOOKS, kind_markdown, standing_badges
from crewlab.ui.components.formats import ago, plural
from crewlab.ui.components.plain_text import escape, shorten
from crewlab.ui.editor.fields import refused_problems
from crewlab.ui.editor.open_draft import OpenDraft
from crewlab.ui.editor.saving import TAB, ask_delete, ask_discard, ask_run, duplicate
from crewlab.ui.links import go, go_once, link
from crewlab.ui.state import remember

if TYPE_CHECKING:
    from crewlab.definitions.version import DefinitionSummary, Draft
    from crewlab.lab import Lab

NAMES_SHOWN = 4


def definition_cards(lab: Lab, summaries: Sequence[DefinitionSummary]) -> None:
    """Draw a card for each."""
    for summary in summaries:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            with st.container(gap="xsmall", width="stretch"):
                _about(summary)
            with st.container(horizontal=True, width="content"):
                _actions(lab, summary)


def draft_cards(lab: Lab, drafts: Sequence[Draft]) -> None:
    """Draw crews and flows that were never saved, so that none is lost out of sight."""
    for draft in drafts:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            with st.container(gap="xsmall", width="stretch"):
                _about_draft(draft)
            with st.container(horizontal=True, width="content"):
                _draft_actions(lab, draft)


def _about_draft(draft: Draft) -> None:
    kind = kind_of(draft.document)
    name = str(draft.document.get("name") or f"{kind.capitalize()} without a name")
    edited = f":violet-badge[:material/edit: not saved yet, {ago(draft.updated_at)}]"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        link("definition", f"**{escape(shorten(name, 80))}**", LOOKS[kind].icon, draft=draft.draft_id)
        st.markdown(f"{kind_markdown(kind)} {edited}", width="content")


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
        go_once("definition", draft=duplicate(lab, opened.document, opened.name))
    if chosen == "Discard":
        ask_discard(OpenDraft.of_draft(lab, draft.draft_id))


def _about(summary: DefinitionSummary) -> None:
    look = LOOKS[summary.kind]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        link("definition", f"**{escape(shorten(summary.name, 80))}**", look.icon, id=summary.definition_id)
        st.markdown(" ".join(_badges(summary)), width="content")
    if summary.description:
        st.markdown(f":small[{escape(shorten(summary.description, 240))}]")
    st.markdown(f":small[:gray[{_facts(summary)}]]")


def _badges(summary: DefinitionSummary) -> Iterator[str]:
    yield from standing_badges(summary)
    if summary.has_draft:
        yield ":violet-badge[:material/edit: unsaved edits]"


def _facts(summary: DefinitionSummary) -> str:
    parts = [plural(summary.steps_count, "step")]
    if summary.kind == "crew":
        parts = [plural(summary.agents_count, "agent"), plural(summary.tasks_count, "task")]
    facts = [*parts, f"version {summary.latest_number}"]
    if summary.executions_count:
        facts.append(plural(summary.executions_count, "execution"))
        facts.append(f"last {ago(summary.last_executed_at)}" if summary.last_executed_at else "")
    else:
        facts.append("never run")
    facts.append(f"runs {_names(summary.children)}" if summary.children else "")
    facts.append(f"used by {_names(summary.parents)}" if summary.parents else "")
    return " · ".join(fact for fact in facts if fact)


def _names(names: Sequence[str]) -> str:
    told = [escape(shorten(name, 60)) for name in names[:NAMES_SHOWN]]
    rest = [f"{len(names) - NAMES_SHOWN} more"] if len(names) > NAMES_SHOWN else []
    return ", ".join([*told, *rest])


def _actions(lab: Lab, summary: DefinitionSummary) -> None:
    key = f"definitions.{summary.definition_id}"
    if st.button("Run", icon=":material/play_arrow:", key=f"{key}.run", help=f"Launch {escape(summary.name)}"):
        go("launch", definition=summary.definition_id)
    options = ["Open", "Versions", "Executions", *order_options(summary), "Delete"]
    chosen = st.menu_button("More", options, icon=":material/more_horiz:", key=f"{key}.more")
    if chosen in ("Versions", "Executions"):
        remember(TAB, chosen)
    if chosen in ("Open", "Versions", "Executions"):
        go("definition", id=summary.definition_id)
    if chosen == "Delete":
        ask_delete(lab, summary.definition_id, summary.name)
    if chosen:
        put_in_order(lab, summary, chosen)
