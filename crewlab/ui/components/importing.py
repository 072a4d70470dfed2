"""Import a definition from a YAML or JSON file, seeing its problems first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.definitions.documents import read_document
from crewlab.definitions.editing import free_name, set_value
from crewlab.definitions.interchange import Note, from_crewai
from crewlab.errors import CrewLabError, DocumentError
from crewlab.ui.components.error_box import error_box
from crewlab.ui.components.formats import plural
from crewlab.ui.components.plain_text import escape
from crewlab.ui.links import go
from crewlab.ui.toasts import toast_next

if TYPE_CHECKING:
    from crewlab.definitions.problem import Problem
    from crewlab.lab import Lab

PROBLEMS_SHOWN = 12


@st.dialog("Import a definition", icon=":material/upload_file:")
def ask_import(lab: Lab) -> None:
    """Ask for a file, show what is in it and what is wrong with it, and save it as a new definition."""
    upload = st.file_uploader(
        "A YAML or JSON file in crewAI's shape of a crew",
        type=["yaml", "yml", "json", "jsonc"],
        key="definitions.import.file",
        max_upload_size=2,
    )
    if upload is None:
        return
    try:
        document = read_upload(upload.getvalue(), upload.name)
    except CrewLabError as error:
        error_box(error)
        return
    document, notes = from_crewai(document)
    _show(document, lab.definitions.check(document))
    _show_notes(notes)
    _import(lab, document, upload.name, notes)


def read_upload(data: bytes, name: str) -> dict[str, Any]:
    """The document in a file's bytes; one without a name gets the file's. Raises `DocumentError`."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(f"{name} is not UTF-8 text.", "Save it as UTF-8, then try again.") from error
    document = read_document(text, source=name)
    return document if document.get("name") else set_value(document, ("name",), name.rpartition(".")[0] or name)


def _show(document: dict[str, Any], problems: list[Problem]) -> None:
    agents, tasks = len(document.get("agents") or ()), len(document.get("tasks") or ())
    st.markdown(f"**{escape(str(document['name']))}**: {plural(agents, 'agent')}, {plural(tasks, 'task')}.")
    errors = [problem for problem in problems if problem.severity == "error"]
    if not problems:
        st.success("No problems: it can run.", icon=":material/check_circle:")
        return
    if errors:
        st.error(f"{plural(len(errors), 'problem')} to correct before it can run. It can be imported all the same.")
    else:
        st.warning(f"{plural(len(problems), 'warning')}; it can run.")
    lines = [f"- {escape(p.where)}: {escape(p.what)}" for p in sorted(problems, key=lambda p: p.severity)]
    rest = [f"- … and {len(lines) - PROBLEMS_SHOWN} more"] if len(lines) > PROBLEMS_SHOWN else []
    st.markdown("\n".join(lines[:PROBLEMS_SHOWN] + rest))


def _show_notes(notes: Sequence[Note]) -> None:
    """What the import changes, field by field."""
    if notes:
        lines = [f"- {escape(note.where)}: {escape(note.what)}" for note in notes]
        st.info("\n".join(["What crewAI calls asynchronous:", *lines]), icon=":material/info:")


def _import(lab: Lab, document: dict[str, Any], source: str, notes: Sequence[Note]) -> None:
    name, taken = str(document["name"]), {summary.name for summary in lab.definitions.list(archived=None)}
    if name in taken:
        name = free_name(taken, name)
        st.info(f"There is already a definition of that name; this one becomes **{escape(name)}**.")
    if not st.button("Import", type="primary", icon=":material/check:", key="definitions.import.confirm"):
        return
    try:
        version = lab.definitions.save(
            set_value(document, ("name",), name), note="\n".join([f"Imported from {source}", *map(str, notes)])
        )
    except CrewLabError as error:
        error_box(error)
        return
    toast_next(f"{escape(name)} is imported.", ":material/upload_file:")
    go("definition", id=version.definition_id)
