"""The tab *Document*: the whole definition as YAML or JSON, to read, edit, copy and download."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from crewlab.definitions.documents import Format, read_document, write_document
from crewlab.definitions.editing import is_editable, task_names
from crewlab.definitions.text_places import line_of
from crewlab.errors import CrewLabError
from crewlab.ui.components.plain_text import escape
from crewlab.ui.editor.open_draft import OpenDraft
from crewlab.ui.editor.refusals import Refusal, forget, forget_all, refusals, refuse
from crewlab.ui.state import remember, remembered, show_value

TEXT = "definition.document.text"
EDIT = "definition.document.edit"
_SHOWN = "definition.document.shown"
_TYPED = "definition.document.typed"
_PLACE = ("document",)
_MOST_PROBLEMS = 12


def document_form(draft: OpenDraft) -> None:
    """Draw the text with its buttons."""
    with st.container(horizontal=True, vertical_alignment="center"):
        chosen = st.segmented_control(
            "Format",
            ["YAML", "JSON"],
            default="YAML",
            required=True,
            key="definition.document.format",
            label_visibility="collapsed",
        )
        if EDIT not in st.session_state and typed(draft.draft_id) is not None:
            remember(EDIT, True)
        is_editing = st.toggle("Edit as text", key=EDIT)
        st.space("stretch")
        download_buttons(draft, key="definition.document")
    text = write_document(draft.document, _format(chosen))
    if is_editing:
        _editor(draft, text)
    else:
        st.code(text, language=_format(chosen), line_numbers=True, wrap_lines=True)


def _editor(draft: OpenDraft, text: str) -> None:
    refusal = refusals(draft.draft_id).get(_PLACE)
    waiting = refusal.value if refusal else typed(draft.draft_id)
    _show(draft.draft_id, text if waiting is None else waiting)
    if refusal:
        st.error(escape(refusal.message), icon=":material/error:")
    st.text_area(
        "Document", key=TEXT, height=520, label_visibility="collapsed", on_change=_keep, args=(draft.draft_id,)
    )
    if waiting is not None and not refusal:
        _verdict(draft, waiting)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Apply", icon=":material/check:", key="definition.document.apply", on_click=_apply, args=(draft,))
        if waiting is not None:
            st.button("Put back", icon=":material/undo:", key="definition.document.put_back", on_click=_put_back,
                      args=(draft.draft_id,), help="Drop this text and show the definition as it is")  # fmt: skip
            st.caption("This text is not applied.")
    shape = "a flow (`crewai.flow/v1`)" if draft.kind == "flow" else "a crew"
    st.caption(f"crewAI's own shape of {shape}. Fields that the forms do not show are kept.")


def _verdict(draft: OpenDraft, text: str) -> None:
    """What is wrong with a text that is not applied yet, line by line."""
    try:
        document = read_document(text, source="the text")
    except CrewLabError as error:
        st.error(escape(str(error)), icon=":material/error:")
        return
    problems = draft.lab.definitions.check(document)
    if not problems:
        st.success("This text can be applied, and can run.", icon=":material/check_circle:")
    for problem in problems[:_MOST_PROBLEMS]:
        line = line_of(text, path_of(document, problem.where))
        color, icon = ("red", "error") if problem.severity == "error" else ("orange", "warning")
        place = f"line {line}" if line else problem.where
        st.markdown(f":small[:{color}[:material/{icon}: {escape(place)}]: {escape(f'{problem.what} {problem.hint}')}]")
    if len(problems) > _MOST_PROBLEMS:
        st.caption(f"And {len(problems) - _MOST_PROBLEMS} more.")


def path_of(document: Mapping[str, Any], where: str) -> list[str | int]:
    """The path of a place as problems name it, with tasks by position."""
    parts: list[str | int] = [part for part in where.split(".") if part]
    names = task_names(document) if parts[:1] == ["tasks"] and is_editable(document) else []
    if len(parts) > 1 and parts[1] in names:
        parts[1] = names.index(str(parts[1]))
    return parts


def download_buttons(draft: OpenDraft, *, key: str) -> None:
    """Buttons that take the document away as it is on the screen."""
    for chosen, mime in (("YAML", "application/yaml"), ("JSON", "application/json")):
        form = _format(chosen)
        st.download_button(
            chosen,
            write_document(draft.document, form),
            file_name=f"{draft.name}.{form}",
            mime=mime,
            icon=":material/download:",
            key=f"{key}.{form}",
            on_click="ignore",
            help=f"Download the definition as {chosen}",
        )


def _format(chosen: str | None) -> Format:
    return "json" if chosen == "JSON" else "yaml"


def typed(draft_id: str) -> str | None:
    """What was typed for this draft and not applied; it waits while other tabs and pages are open."""
    whose, text = remembered(_TYPED) or (None, None)
    return text if whose == draft_id else None


def _keep(draft_id: str) -> None:
    remember(_TYPED, (draft_id, st.session_state[TEXT]))


def _put_back(draft_id: str) -> None:
    remember(_TYPED, None)
    forget(draft_id, _PLACE)


def _show(draft_id: str, text: str) -> None:
    """Put a text into the field: the person's own while it waits, else the document's."""
    if TEXT not in st.session_state or remembered(_SHOWN) != (draft_id, text):
        show_value(TEXT, text)
    remember(_SHOWN, (draft_id, text))


def _apply(draft: OpenDraft) -> None:
    text = st.session_state[TEXT]
    remember(_TYPED, None)
    try:
        document = read_document(text, source="the text")
    except CrewLabError as error:
        refuse(draft.draft_id, _PLACE, Refusal(text, str(error)))
        return
    forget_all(draft.draft_id)
    draft.edit(lambda _: document)
