"""Take a definition away: as a document, a bundle, a project, Python or a notebook, with what is lost on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import streamlit as st

from crewlab.definitions.flows.references import references_of
from crewlab.definitions.interchange.exporting import FORMATS, ExportFormat
from crewlab.errors import CrewLabError
from crewlab.ui.components.error_box import error_box
from crewlab.ui.components.plain_text import escape

if TYPE_CHECKING:
    from crewlab.lab import Lab

KEY = "definition.export"


@st.dialog("Export a definition", icon=":material/download:", width="medium")
def ask_export(lab: Lab, name_or_id: str) -> None:
    """Ask for a format, say what is not as it was, and hand over the file."""
    export_form(lab, name_or_id)


def export_form(lab: Lab, name_or_id: str) -> None:
    """The formats, the losses of the chosen one, and the file of the latest version."""
    form: ExportFormat = st.radio(
        "Format", get_args(ExportFormat), format_func=lambda choice: FORMATS[choice], key=f"{KEY}.format"
    )
    try:
        exported = lab.definitions.export(name_or_id, form)
    except CrewLabError as error:
        error_box(error)
        return
    if exported.notes:
        lines = "\n".join(f"- {escape(str(note))}" for note in exported.notes)
        with st.expander(f"Not as it is here: {len(exported.notes)}", icon=":material/info:", expanded=True):
            st.markdown(lines)
    else:
        st.caption(_complete(lab, name_or_id, form))
    st.download_button(
        f"Download {exported.filename}",
        exported.data,
        exported.filename,
        exported.media_type,
        type="primary",
        icon=":material/download:",
        on_click="ignore",
        key=f"{KEY}.download",
    )


def _complete(lab: Lab, name_or_id: str, form: ExportFormat) -> str:
    """What to say where nothing is lost: a document of a flow names what it runs, and does not hold it."""
    named = references_of(lab.definitions.version(name_or_id).document) if form in ("yaml", "json") else ()
    if not named:
        return "Everything is in it."
    names = ", ".join(escape(name) for name in dict.fromkeys(reference.name for reference in named))
    return f"Nothing of the flow is lost. What it runs is only named: {names}. A bundle has that too."
