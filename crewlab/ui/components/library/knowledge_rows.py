"""Knowledge files: upload, list, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from crewlab.definitions.knowledge import FORMATS
from crewlab.errors import CrewLabError
from crewlab.ui.components.error_box import error_box
from crewlab.ui.components.formats import ago, plural
from crewlab.ui.components.plain_text import escape
from crewlab.ui.state import remember, remembered
from crewlab.ui.toasts import toast_next

if TYPE_CHECKING:
    from crewlab.executions.memory import KnowledgeFile
    from crewlab.lab import Lab

_ERRORS = "library.knowledge.errors"
_ROUND = "library.knowledge.round"
_MEGABYTE = 1_000_000


def knowledge_rows(lab: Lab) -> None:
    """Draw the form, what went wrong with it, and every file that there is."""
    megabytes = lab.settings.max_knowledge_bytes / _MEGABYTE
    st.markdown(
        "Crews and agents may look things up in these files: choose them under *Memory and knowledge* of a crew or an "
        f"agent. Models are sent what is found in them. Up to {megabytes:g} MB each."
    )
    with st.form("library.knowledge", border=True):
        # A file in an uploader cannot be taken out by the program, so after each upload a new one is drawn.
        key = f"library.knowledge.upload.{remembered(_ROUND, 0)}"
        st.file_uploader(
            "Files",
            type=[ending[1:] for ending in FORMATS],
            accept_multiple_files=True,
            key=key,
            max_upload_size=max(1, round(megabytes)),
        )
        st.checkbox("Replace files of the same name", key="library.knowledge.replace")
        st.form_submit_button("Add files", icon=":material/upload:", type="primary", on_click=_add, args=(lab, key))
    for error in remembered(_ERRORS, []):
        error_box(error)
    remember(_ERRORS, [])
    _list(lab.knowledge_files(), lab)


def _add(lab: Lab, key: str) -> None:
    """Keep every file that can be kept; each of the others says why not."""
    errors, added = [], 0
    for upload in st.session_state[key]:
        try:
            lab.add_knowledge_file(
                upload.name, upload.getvalue(), replace=st.session_state["library.knowledge.replace"]
            )
            added += 1
        except CrewLabError as error:
            errors.append(error)
    remember(_ERRORS, errors)
    remember(_ROUND, remembered(_ROUND, 0) + 1)
    if added:
        toast_next(f"{plural(added, 'file')} added.", ":material/upload_file:")


def _list(files: list[KnowledgeFile], lab: Lab) -> None:
    if not files:
        st.caption("No files yet. Text, Markdown, CSV, JSON and PDF can be read.")
    for file in files:
        left, middle, right = st.columns([3, 3, 1], vertical_alignment="center")
        left.markdown(f":material/description: **{escape(file.path)}**")
        middle.caption(f"{file.size:,} bytes, changed {ago(file.changed_at)}, SHA-256 `{file.sha256[:12]}`")
        with right, st.popover("Delete", icon=":material/delete:"):
            st.markdown(f"What names **{escape(file.path)}** cannot run without it.")
            st.button(
                "Delete for good",
                key=f"library.knowledge.delete.{file.path}",
                type="primary",
                on_click=_delete,
                args=(lab, file.path),
            )


def _delete(lab: Lab, path: str) -> None:
    try:
        lab.delete_knowledge_file(path)
    except CrewLabError as error:
        remember(_ERRORS, [error])
        return
    toast_next(f"{escape(path)} is deleted.", ":material/delete:")
