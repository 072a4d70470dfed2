"""The tab *Document*: the whole definition as YAML or JSON, to read, edit, copy and download."""

from __future__ import annotations

from functools import partial
from zlib import crc32

import streamlit as st

from crewlab.definitions.notation.text import Format, read_document, write_document
from crewlab.errors import CrewLabError
from crewlab.ui.components.text_editor import text_editor, typed_in
from crewlab.ui.editor.open_draft import OpenDraft
from crewlab.ui.editor.refusals import Refusal, forget, forget_all, refusals, refuse
from crewlab.ui.editor.text_verdict import SOURCE, show_verdict, verdict_of
from crewlab.ui.holder import typed_texts
from crewlab.ui.state import remember, remembered

TEXT = "definition.document.text"
EDIT = "definition.document.edit"
_ROUND = "definition.document.round"
_TYPED = "definition.document.typed"
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
    revision = _revision(draft.draft_id, text)
    take = partial(_take, draft.draft_id, revision, text)
    take()
    refusal = refusals(draft.draft_id).get(_PLACE)
    waiting = refusal.value if refusal else typed(draft.draft_id)
    shown = text if waiting is None else waiting
    verdict = verdict_of(draft.lab, shown)
    text_editor(
        shown,
        label="Document",
        name=draft.draft_id,
        revision=revision,
        marks=verdict.marks,
        key=TEXT,
        on_typed=take,
    )
    if waiting is not None:
        show_verdict(verdict)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Apply", icon=":material/check:", key="definition.document.apply", shortcut="Ctrl+Enter", on_click=_apply,
            args=(draft, revision), type="secondary" if waiting is None else "primary",
        )  # fmt: skip
        if waiting is not None:
            st.button("Put back", icon=":material/undo:", key="definition.document.put_back", on_click=_put_back,
                      args=(draft.draft_id,), help="Drop this text and show the definition as it is")  # fmt: skip
            st.caption("This text is not applied.")
    shape = "a flow (`crewai.flow/v1`)" if draft.kind == "flow" else "a crew"
    st.caption(f"crewAI's own shape of {shape}, checked as you type. Fields that the forms do not show are kept.")


def _revision(draft_id: str, text: str) -> str:
    """Names the text that the field shows: another one is shown when the definition has changed, or is put back."""
    return f"{draft_id}.{remembered(_ROUND, 0)}.{crc32(text.encode('utf-8', 'replace')):08x}"


def _take(draft_id: str, revision: str, applied: str) -> None:
    """Keep what was typed since; the reason why an earlier text was refused says nothing about it."""
    text = typed_in(TEXT, revision)
    refusal = refusals(draft_id).get(_PLACE)
    was_replaced = revision != _revision(draft_id, applied)  # *Apply* was called before this
    if text is None or was_replaced or (refusal and refusal.value == text):
        return
    forget(draft_id, _PLACE)
    _keep(draft_id, None if text == applied else text)


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
    """What was typed for this draft and not applied; it waits while other tabs and pages are open.

    A tab of the browser that is new, or was loaded again, goes on with what another one left; from then on each has its
    own text.
    """
    own = _own_texts()
    if draft_id not in own:
        own[draft_id] = typed_texts().get(draft_id)
    return own[draft_id]


def _keep(draft_id: str, text: str | None) -> None:
    _own_texts()[draft_id] = text
    if text is None:
        typed_texts().pop(draft_id, None)
    else:
        typed_texts()[draft_id] = text


def _own_texts() -> dict[str, str | None]:
    own: dict[str, str | None] = remembered(_TYPED, {})
    remember(_TYPED, own)
    return own


def _put_back(draft_id: str) -> None:
    _keep(draft_id, None)
    remember(_ROUND, remembered(_ROUND, 0) + 1)
    forget(draft_id, _PLACE)


def apply_typed(draft: OpenDraft) -> None:
    """Take over what waits on the tab *Document*, as *Apply* does."""
    text = typed(draft.draft_id)
    if text is not None:
        _take_over(draft, text)


def _apply(draft: OpenDraft, revision: str) -> None:
    refusal = refusals(draft.draft_id).get(_PLACE)
    text = typed_in(TEXT, revision) or (refusal.value if refusal else typed(draft.draft_id))
    if text is not None:
        _take_over(draft, text)


def _take_over(draft: OpenDraft, text: str) -> None:
    _keep(draft.draft_id, None)
    try:
        document = read_document(text, source=SOURCE)
    except CrewLabError as error:
        refuse(draft.draft_id, _PLACE, Refusal(text, str(error)))
        return
    remember(_ROUND, remembered(_ROUND, 0) + 1)
    forget_all(draft.draft_id)
    draft.edit(lambda _: document)
