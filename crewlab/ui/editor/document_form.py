"""The tab *Document*: the whole definition as YAML or JSON, to read, edit, copy and download."""

from __future__ import annotations

import streamlit as st

from crewlab.definitions.documents import Format, read_document, write_document
from crewlab.errors import CrewLabError
from crewlab.ui.components.error_box import error_box
from crewlab.ui.editor.fields import forget_refused
from crewlab.ui.editor.open_draft import OpenDraft
from crewlab.ui.state import forget, remember, remembered

TEXT = "definition.document.text"
_SHOWN, _REFUSED = "definition.document.shown", "definition.document.refused"


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
        is_editing = st.toggle("Edit as text", key="definition.document.edit")
        st.space("stretch")
        download_buttons(draft, key="definition.document")
    text = write_document(draft.document, _format(chosen))
    if is_editing:
        _editor(draft, text)
    else:
        st.code(text, language=_format(chosen), line_numbers=True, wrap_lines=True)


def _editor(draft: OpenDraft, text: str) -> None:
    _show(text)
    if refused := remembered(_REFUSED):
        error_box(refused)
    with st.form("definition.document", border=False):
        st.text_area("Document", key=TEXT, height=520, label_visibility="collapsed")
        st.form_submit_button("Apply", icon=":material/check:", on_click=_apply, args=(draft,))
    st.caption("crewAI's own shape of a crew. Fields that the forms do not show are kept.")


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


def _show(text: str) -> None:
    """Put the document's text into the field, unless a person's own text waits there to be corrected."""
    if TEXT not in st.session_state or (remembered(_SHOWN) != text and not remembered(_REFUSED)):
        st.session_state[TEXT] = text
        forget(_REFUSED)
    remember(_SHOWN, text)


def _apply(draft: OpenDraft) -> None:
    try:
        document = read_document(st.session_state[TEXT], source="the text")
    except CrewLabError as error:
        remember(_REFUSED, error)
        return
    forget(_REFUSED)
    forget(_SHOWN)
    forget_refused()
    draft.edit(lambda _: document)


def forget_text() -> None:
    """Drop text that waits to be corrected; call it when another definition is opened."""
    for key in (TEXT, _SHOWN, _REFUSED):
        forget(key)
