"""The tab *Document*: the whole definition as YAML or JSON, to read, edit, copy and download."""

from __future__ import annotations

import streamlit as st

from crewlab.definitions.documents import Format, read_document, write_document
from crewlab.errors import CrewLabError
from crewlab.ui.components.plain_text import escape
from crewlab.ui.editor.open_draft import OpenDraft
from crewlab.ui.editor.refusals import Refusal, forget, forget_all, refusals, refuse
from crewlab.ui.state import remember, remembered, show_value

TEXT = "definition.document.text"
EDIT = "definition.document.edit"
_SHOWN = "definition.document.shown"
_PLACE = ("document",)


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
    _show(draft.draft_id, text, refusal)
    if refusal:
        st.error(escape(refusal.message), icon=":material/error:")
        st.button("Put back", icon=":material/undo:", key="definition.document.put_back", on_click=forget,
                  args=(draft.draft_id, _PLACE), help="Drop this text and show the definition as it is")  # fmt: skip
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


def _show(draft_id: str, text: str, refusal: Refusal | None) -> None:
    """Put a text into the field: the person's own while it waits to be corrected, else the document's."""
    wanted = (draft_id, refusal.value if refusal else text)
    if TEXT not in st.session_state or remembered(_SHOWN) != wanted:
        show_value(TEXT, wanted[1])
    remember(_SHOWN, wanted)


def _apply(draft: OpenDraft) -> None:
    text = st.session_state[TEXT]
    try:
        document = read_document(text, source="the text")
    except CrewLabError as error:
        refuse(draft.draft_id, _PLACE, Refusal(text, str(error)))
        return
    forget_all(draft.draft_id)
    draft.edit(lambda _: document)
