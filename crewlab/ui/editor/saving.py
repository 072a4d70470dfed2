"""Saving, running, copying and deleting what is on the screen, each after asking what has to be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from crewlab.definitions.editing import free_name, set_value
from crewlab.errors import CrewLabError
from crewlab.executions.identity import new_id
from crewlab.ui.components.error_box import error_box
from crewlab.ui.components.formats import ago, plural
from crewlab.ui.components.plain_text import escape
from crewlab.ui.editor.open_draft import OpenDraft
from crewlab.ui.editor.part_keys import keep_keys
from crewlab.ui.editor.refusals import REFUSED, forget_all, hand_over
from crewlab.ui.links import go, go_once
from crewlab.ui.state import forget, remember, remembered
from crewlab.ui.toasts import toast_next

TAB = "definition.tab"
"""The key of the tabs; their labels are its values."""
_SAVING = "definition.saving"

if TYPE_CHECKING:
    from crewlab.definitions.problem import Problem
    from crewlab.definitions.version import DefinitionVersion
    from crewlab.lab import Lab


def open_save(draft: OpenDraft) -> None:
    """Show the form for saving from now on, until it is used or closed."""
    remember(_SAVING, draft.draft_id)


def is_saving(draft: OpenDraft) -> bool:
    """Whether the form for saving is open."""
    return bool(remembered(_SAVING) == draft.draft_id)


def show_save(draft: OpenDraft, problems: list[Problem]) -> None:
    """Draw the form for saving while it is open.

    It is drawn on every run: Ctrl+S pressed in a field takes the cursor out of it, and the run that takes the
    field's text over must find the form open.
    """
    if is_saving(draft):
        _ask_save(draft, [problem for problem in problems if problem.id == REFUSED])


def _close_save() -> None:
    forget(_SAVING)


@st.dialog("Save version", icon=":material/save:", on_dismiss=_close_save)
def _ask_save(draft: OpenDraft, refused: list[Problem]) -> None:
    """Ask for a note and save; a conflict is explained and nothing is lost."""
    _warn_refused(refused)
    if not draft.has_edits:
        st.info(f"Nothing has changed since version {draft.next_number - 1}.", icon=":material/check_circle:")
        return
    if draft.is_overtaken:
        _explain_overtaken(draft)
    rest = " Earlier versions stay as they are." if draft.latest else ""
    st.markdown(f"**{escape(draft.name)}** becomes version {draft.next_number}.{rest}")
    with st.form("definition.save", border=False):
        note = st.text_input(
            "Note", placeholder="What changed, and why (may stay empty)", key="definition.save.note", max_chars=300
        )
        label = f"Save version {draft.next_number}"
        if st.form_submit_button(label, type="primary", icon=":material/save:"):
            version = _save(draft, note)
            if version:
                _close_save()
                go_once("definition", id=version.definition_id)


def ask_run(draft: OpenDraft, problems: list[Problem]) -> None:
    """Go to the launch page; with unsaved edits or errors, ask first."""
    errors = [problem for problem in problems if problem.severity == "error"]
    refused = [problem for problem in problems if problem.id == REFUSED]
    if draft.has_edits or draft.latest is None or errors or refused:
        _ask_run(draft, errors, refused)
    else:
        go("launch", definition=draft.definition_id)


@st.dialog("Run", icon=":material/play_arrow:")
def _ask_run(draft: OpenDraft, errors: list[Problem], refused: list[Problem]) -> None:
    _warn_refused(refused)
    if errors:
        st.error(f"{plural(len(errors), 'problem')} to correct before this can run.", icon=":material/error:")
        st.markdown("\n".join(f"- {escape(problem.where)}: {escape(problem.what)}" for problem in errors[:5]))
        if st.button("Show the problems", icon=":material/arrow_forward:", key="definition.run.problems"):
            remember(TAB, "Problems")
            go("definition", **draft.address)
    elif draft.has_edits:
        st.markdown("There are unsaved edits. Executions name the version that they ran, so what runs is saved first.")
    with st.container(horizontal=True):
        if not errors and draft.has_edits and st.button(
            f"Save version {draft.next_number} and run", type="primary", key="definition.run.save",
            icon=":material/save:",
        ):  # fmt: skip
            version = _save(draft, "")
            if version:
                go_once("launch", definition=version.definition_id)
        without = f"Run version {draft.latest.number} without them" if draft.latest else ""
        if draft.latest and (draft.has_edits or not errors) and st.button(
            without, key="definition.run.saved", icon=":material/play_arrow:"
        ):  # fmt: skip
            go("launch", definition=draft.definition_id)


@st.dialog("Discard the unsaved edits?", icon=":material/undo:")
def ask_discard(draft: OpenDraft) -> None:
    """Forget the edits after a confirmation."""
    back = f"The forms go back to version {draft.latest.number}." if draft.latest else "It was never saved."
    st.markdown(f"**{escape(draft.name)}**, last edited {ago(draft.edited_at)}. {back} This cannot be undone.")
    if st.button("Discard", type="primary", icon=":material/delete:", key="definition.discard.confirm"):
        forget_all(draft.draft_id)
        draft.discard()
        toast_next("The unsaved edits are gone.", ":material/undo:")
        if draft.latest is None:
            go("definitions")
        st.rerun()


@st.dialog("Delete the definition?", icon=":material/delete:")
def ask_delete(lab: Lab, definition_id: str, name: str) -> None:
    """Delete a definition after a confirmation."""
    st.markdown(
        f"**{escape(name)}** and all its versions are removed. Its executions stay, each with the document that it ran."
    )
    if parents := lab.definitions.get(definition_id).parents:
        users = ", ".join(escape(parent) for parent in parents)
        st.warning(f"{users} could not run any more: it is a step there.", icon=":material/account_tree:")
    if st.button("Delete", type="primary", icon=":material/delete:", key="definition.delete.confirm"):
        lab.definitions.discard_draft(definition_id)
        lab.definitions.delete(definition_id, even_if_used=True)
        toast_next(f"{escape(name)} is deleted.", ":material/delete:")
        go("definitions")


def duplicate(lab: Lab, document: dict[str, object], name: str) -> str:
    """Start a new definition from a document under a free name; returns the id of its draft."""
    taken = {summary.name for summary in lab.definitions.list(archived=None)}
    draft_id = new_id()
    lab.definitions.save_draft(draft_id, set_value(document, ("name",), free_name(taken, f"{name}-copy")))
    return draft_id


def _save(draft: OpenDraft, note: str) -> DefinitionVersion | None:
    try:
        version = draft.save(note.strip(), over_newer=draft.is_overtaken)
    except CrewLabError as error:
        error_box(error)
        return None
    if draft.definition_id is None:
        hand_over(draft.draft_id, version.definition_id)
        keep_keys(draft.draft_id, version.definition_id)
    toast_next(f"Version {version.number} is saved.", ":material/save:")
    return version


def _warn_refused(refused: list[Problem]) -> None:
    if refused:
        lines = "\n".join(f"- {escape(problem.where)}: {escape(problem.what)}" for problem in refused[:5])
        told = plural(len(refused), "entry", "entries")
        st.warning(f"{told} could not be taken over and will be left out:\n\n{lines}", icon=":material/block:")


def _explain_overtaken(draft: OpenDraft) -> None:
    base = draft.base.number if draft.base else 0
    st.warning(
        f"These edits began from version {base}, and version {draft.next_number - 1} was saved meanwhile. "
        "Saving puts yours on top; what the other version changed is not merged.",
        icon=":material/call_split:",
    )
