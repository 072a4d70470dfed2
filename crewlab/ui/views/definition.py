"""One definition in forms: agents and tasks of a crew, steps and state of a flow; document, problems, versions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from crewlab.definitions.editing import is_editable
from crewlab.definitions.editing_flows.steps import is_editable_flow
from crewlab.ui.components.chat.talk import last_talk
from crewlab.ui.components.compare.change_list import change_list
from crewlab.ui.components.definitions.dialogs import ADDED_STEP
from crewlab.ui.components.definitions.order import DUPLICATE, order_options, put_in_order
from crewlab.ui.components.definitions.standing import kind_markdown, relations, standing_badges, standing_time
from crewlab.ui.components.empty_state import empty_state
from crewlab.ui.components.formats import ago, plural
from crewlab.ui.components.plain_text import escape
from crewlab.ui.components.rehearsal_label import rehearsal_badge
from crewlab.ui.editor import agent_form, task_form
from crewlab.ui.editor.crew_form import crew_form
from crewlab.ui.editor.document_form import apply_typed, document_form, typed
from crewlab.ui.editor.execution_tab import execution_tab
from crewlab.ui.editor.fields import Fields, refused_problems
from crewlab.ui.editor.flow import flow_agents, state_form, step_form
from crewlab.ui.editor.flow.flow_form import flow_form
from crewlab.ui.editor.memory_list import memory_list
from crewlab.ui.editor.open_draft import OpenDraft
from crewlab.ui.editor.part_keys import see
from crewlab.ui.editor.pick_list import choose
from crewlab.ui.editor.problem_list import problem_list
from crewlab.ui.editor.saving import TAB, ask_delete, ask_discard, ask_run, duplicate, is_saving, open_save, show_save
from crewlab.ui.editor.tools_form import tools_form
from crewlab.ui.editor.version_list import version_list
from crewlab.ui.links import go, go_once, keep_address, link
from crewlab.ui.state import forget, parameter, remember, remembered
from crewlab.ui.window import name_window

if TYPE_CHECKING:
    from crewlab.definitions.problem import Problem
    from crewlab.definitions.version import DefinitionSummary
    from crewlab.lab import Lab

_OPEN = "definition.open"
CREW_FORMS: dict[str, Callable[[Fields], None]] = {
    "Crew": crew_form,
    "Agents": agent_form.agent_form,
    "Tasks": task_form.task_form,
    "Tools": tools_form,
}
FLOW_FORMS: dict[str, Callable[[Fields], None]] = {
    "Flow": flow_form,
    "Steps": step_form.step_form,
    "State": state_form.state_form,
    "Agents": flow_agents.flow_agents,
    "Tools": tools_form,
}


def render(lab: Lab) -> None:
    """Draw the definition named in the address (`id`, a name or an id, or `draft` of one never saved)."""
    keep_address("definition", "id", "draft")
    link("definitions", "Definitions", ":material/arrow_back:")
    draft = _open(lab)
    if draft is None:
        return
    if is_saving(draft) and typed(draft.draft_id) is not None:  # Ctrl+S in the midst of the text
        apply_typed(draft)
        draft = _open(lab) or draft
    _start_afresh(draft)
    problems = [*lab.definitions.check(draft.document), *refused_problems(draft)]
    _header(draft, problems)
    if draft.is_overtaken:
        _overtaken(draft)
    _tabs(draft, problems)


def _open(lab: Lab) -> OpenDraft | None:
    if name_or_id := parameter("id"):
        return OpenDraft.of_definition(lab, name_or_id)
    if draft_id := parameter("draft"):
        return OpenDraft.of_draft(lab, draft_id)
    st.title("Definition")
    with empty_state("No definition chosen", "Choose one from the list, or start a new one.", ":material/groups:"):
        link("definitions", "All definitions", ":material/groups:")
    return None


def _start_afresh(draft: OpenDraft) -> None:
    """What was chosen in one definition says nothing about the next; a step that was just added is chosen."""
    if remembered(_OPEN) != draft.draft_id:
        remember(_OPEN, draft.draft_id)
        for key in (agent_form.LIST, task_form.LIST, step_form.LIST, state_form.LIST, flow_agents.LIST):
            choose(key, 0)
    if (added := remembered(ADDED_STEP)) is not None:
        forget(ADDED_STEP)
        choose(step_form.LIST, added)


def _header(draft: OpenDraft, problems: list[Problem]) -> None:
    st.title(escape(draft.name))
    name_window(draft.name)
    if description := draft.document.get("description"):
        st.caption(escape(str(description)))
    summary = draft.lab.definitions.get(draft.definition_id) if draft.definition_id else None
    with st.container(horizontal=True, vertical_alignment="center"):
        standing = " ".join(standing_badges(summary)) if summary else kind_markdown(draft.kind)
        st.markdown(standing, width="content")
        _badges(draft, problems)
        if summary:
            standing_time(summary)
    if summary:
        relations(summary)
    with st.container(horizontal=True, vertical_alignment="center"):
        _actions(draft, problems, summary)


def _badges(draft: OpenDraft, problems: list[Problem]) -> None:
    if draft.latest:
        st.badge(f"version {draft.latest.number}", icon=":material/history:", color="gray",
                 help=f"Saved {ago(draft.latest.created_at)}")  # fmt: skip
    if draft.has_edits:
        words = "unsaved edits" if draft.latest else "not saved yet"
        st.badge(f"{words}, {ago(draft.edited_at)}", icon=":material/edit:", color="violet",
                 help="Kept, also when you leave this page or close the browser.")  # fmt: skip
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        st.badge(plural(len(errors), "problem"), icon=":material/error:", color="red", help="See the tab Problems.")
    elif problems:
        st.badge(plural(len(problems), "warning"), icon=":material/warning:", color="orange")
    else:
        st.badge("can run", icon=":material/check_circle:", color="green")
    if draft.is_rehearsal:
        rehearsal_badge()


def _actions(draft: OpenDraft, problems: list[Problem], summary: DefinitionSummary | None) -> None:
    if st.button("Run", icon=":material/play_arrow:", type="primary", key="definition.run",
                 on_click=apply_typed, args=(draft,)):  # fmt: skip
        ask_run(draft, problems)
    st.button("Save version", icon=":material/save:", key="definition.save.open", shortcut="Ctrl+S",
              on_click=open_save, args=(draft,), help="Make the unsaved edits a new version")  # fmt: skip
    show_save(draft, problems)
    has_chat = draft.definition_id and draft.kind == "crew" and draft.document.get("chat_llm")
    if has_chat and st.button("Chat", icon=":material/forum:", key="definition.chat",
                              help="Find out in a conversation what it shall do, and run it"):  # fmt: skip
        go("chat", id=draft.definition_id, **last_talk(str(draft.definition_id)))
    if draft.has_edits and st.button("Discard edits", icon=":material/undo:", key="definition.discard"):
        ask_discard(draft)
    options = [*order_options(summary), "Delete"] if summary else [DUPLICATE]
    chosen = st.menu_button("More", options, icon=":material/more_horiz:", key="definition.more")
    if chosen == DUPLICATE:
        go_once("definition", draft=duplicate(draft.lab, draft.document, draft.name))
    if chosen == "Delete" and summary:
        ask_delete(draft.lab, summary.definition_id, summary.name)
    if chosen and summary:
        put_in_order(draft.lab, summary, chosen)


def _overtaken(draft: OpenDraft) -> None:
    if draft.latest is None or draft.base is None:
        return
    st.warning(
        f"Version {draft.latest.number} was saved while you were editing version {draft.base.number}. "
        "Your edits are kept. *Save version* puts them on top; *Discard edits* shows the newer version.",
        icon=":material/call_split:",
    )
    with st.expander(f"What version {draft.latest.number} changed", key="definition.overtaken"):
        change_list(draft.base.document, draft.latest.document)


def _tabs(draft: OpenDraft, problems: list[Problem]) -> None:
    see(draft.draft_id, draft.document)
    fields = Fields(draft, problems)
    forms, can_edit = (FLOW_FORMS, is_editable_flow) if draft.kind == "flow" else (CREW_FORMS, is_editable)
    others: dict[str, Callable[[], None]] = {
        "Document": lambda: document_form(draft),
        "Problems": lambda: problem_list(draft, problems),
        "Versions": lambda: version_list(draft),
        "Executions": lambda: execution_tab(draft),
    }
    if draft.kind == "crew":
        others["Memory"] = lambda: memory_list(draft)
    labels = [*forms, *others]
    if remembered(TAB) not in labels:
        forget(TAB)  # the other kind of definition has other tabs
    for label, tab in zip(labels, st.tabs(labels, key=TAB, on_change="rerun"), strict=True):
        if tab.open:
            with tab:
                if label in others:
                    others[label]()
                elif can_edit(draft.document):
                    forms[label](fields)
                else:
                    _unreadable(draft)


def _unreadable(draft: OpenDraft) -> None:
    parts = "Steps" if draft.kind == "flow" else "Agents or tasks"
    st.warning(
        f"{parts} do not have the shape that forms can show. Correct them on the tab *Document*.",
        icon=":material/data_object:",
    )
