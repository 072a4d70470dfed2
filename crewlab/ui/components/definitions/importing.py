"""Import crews and flows from files, seeing first what was understood, what was not, and what they will be called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from crewlab.definitions.interchange.notes import Note
from crewlab.definitions.interchange.placing import (
    Existing,
    Imported,
    ImportPreview,
    PlacedDefinition,
    PlacedRecord,
)
from crewlab.definitions.names import obstacle_in_name
from crewlab.errors import CrewLabError
from crewlab.ui.components.error_box import error_box
from crewlab.ui.components.formats import plural
from crewlab.ui.components.plain_text import escape
from crewlab.ui.links import go_once
from crewlab.ui.toasts import toast_next

if TYPE_CHECKING:
    from crewlab.definitions.problem import Problem
    from crewlab.lab import Lab

LINES_SHOWN = 12
KEY = "definitions.import"
ENDINGS = ["yaml", "yml", "json", "jsonc", "zip", "py", "ipynb"]
_OUTCOMES = {
    "new": (":material/add: new", "green"),
    "same": (":material/check: is here already", "gray"),
    "next version": (":material/history: next version", "blue"),
    "renamed": (":material/edit: renamed", "orange"),
    "taken": (":material/error: name is taken", "red"),
}
_ICONS = {"crew": ":material/groups:", "flow": ":material/account_tree:"}


@st.dialog("Import definitions", icon=":material/upload_file:", width="large")
def ask_import(lab: Lab) -> None:
    """Ask for files, show what is in them, and store it as definitions."""
    uploads = st.file_uploader(
        "A crew or flow as YAML or JSON, the zip of a crewAI project, a script or notebook, or a bundle of CrewLab",
        type=ENDINGS,
        key=f"{KEY}.file",
        accept_multiple_files=True,
        max_upload_size=20,
        help="Several files are read as one project: agents.yaml and tasks.yaml with the Python beside them, "
        "for example. Nothing in them is run.",
    )
    if uploads:
        import_form(lab, {upload.name: upload.getvalue() for upload in uploads})


def import_form(lab: Lab, files: Mapping[str, bytes]) -> None:
    """What an import of these files would do, the choices that it leaves, and the button that does it."""
    existing: Existing = st.session_state.get(f"{KEY}.existing") or "rename"
    accepted = [name for name in st.session_state.get(f"{KEY}.asked", ()) if st.session_state.get(_key_of(name))]
    try:
        seen = lab.definitions.preview_import(files, existing=existing, accept=accepted)
    except CrewLabError as error:
        error_box(error)
        return
    for placed in seen.definitions:
        _definition(placed)
    _records(seen.records)
    _notes("Files that are not part of it", ":material/folder_off:", seen.left_out)
    if any(placed.outcome in ("renamed", "next version", "taken") for placed in seen.definitions):
        _choice()
    _button(lab, files, seen, existing, accepted)


def _definition(placed: PlacedDefinition) -> None:
    found, (label, color) = placed.found, _OUTCOMES[placed.outcome]
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            version = f", version {found.number} there" if found.number else ""
            st.markdown(f"{_ICONS[found.kind]} **{escape(placed.name)}** :small[:gray[{_size(placed)}{version}]]")
            st.badge(label, color=color)  # type: ignore[arg-type]  # a table of ours, whose colours are badges' own
        _problems(placed.problems, can_be_had=not obstacle_in_name(placed.name))
        _notes("Not as it was", ":material/info:", found.notes, is_open=True)
        _notes("Understood", ":material/check:", found.understood)


def _size(placed: PlacedDefinition) -> str:
    document = placed.found.document
    if placed.found.kind == "flow":
        return plural(len(document.get("methods") or ()), "step")
    return f"{plural(len(document.get('agents') or ()), 'agent')}, {plural(len(document.get('tasks') or ()), 'task')}"


def _problems(problems: Sequence[Problem], *, can_be_had: bool) -> None:
    errors = [problem for problem in problems if problem.severity == "error"]
    if not problems:
        st.success("No problems: it can run.", icon=":material/check_circle:")
    elif errors:
        head = f"{plural(len(errors), 'problem')} to correct before it can "
        head += "run. It can be imported all the same." if can_be_had else "be imported."
        st.error("\n".join([head, "", *_lines(f"{one.where}: {one.what}" for one in errors)]))
    else:
        head = f"{plural(len(problems), 'warning')}; it can run."
        st.warning("\n".join([head, "", *_lines(f"{one.where}: {one.what}" for one in problems)]))


def _records(records: Sequence[PlacedRecord]) -> None:
    """What comes beside the definitions; what does something by itself waits for a tick."""
    if not records:
        return
    said = {"new": "comes with it", "same": "is here already", "kept": "is not taken over", "asks": "is left out"}
    with st.container(border=True):
        st.markdown("**Tools, servers, models and files that they name**")
        asked = [record for record in records if record.what and record.outcome in ("asks", "new")]
        plain = [record for record in records if record not in asked]
        st.session_state[f"{KEY}.asked"] = [record.name for record in asked]
        for record in asked:
            st.checkbox(
                f"Take over the {record.kind} **{escape(record.name)}**, which {escape(record.what)}",
                key=_key_of(record.name),
            )
        lines = [f"{one.kind} {one.name} {said[one.outcome]}{f': {one.what}' if one.what else ''}" for one in plain]
        st.markdown("\n".join(_lines(lines)))


def _key_of(name: str) -> str:
    return f"{KEY}.accept.{name}"


def _notes(label: str, icon: str, notes: Sequence[Note], *, is_open: bool = False) -> None:
    if notes:
        with st.expander(f"{label}: {len(notes)}", icon=icon, expanded=is_open):
            st.markdown("\n".join(_lines(map(str, notes), most=100)))


def _lines(texts: Iterable[str], most: int = LINES_SHOWN) -> list[str]:
    lines = [f"- {escape(text)}" for text in texts]
    return [*lines[:most], *([f"- … and {len(lines) - most} more"] if len(lines) > most else [])]


def _choice() -> None:
    st.segmented_control(
        "Where a name is taken",
        ["rename", "update"],
        default="rename",
        required=True,
        format_func=lambda choice: {"rename": "Choose another name", "update": "Add the next version"}[choice],
        key=f"{KEY}.existing",
    )


def _button(
    lab: Lab, files: Mapping[str, bytes], seen: ImportPreview, existing: Existing, accepted: Sequence[str]
) -> None:
    if not st.button("Import", type="primary", icon=":material/check:", key=f"{KEY}.confirm"):
        return
    try:
        done = lab.definitions.import_from(files, existing=existing, accept=accepted)
    except CrewLabError as error:
        error_box(error)
        return
    toast_next(_said_of(done), ":material/upload_file:")
    go_once("definition", id=done.versions[-1].definition_id)


def _said_of(done: Imported) -> str:
    """What an import stored; a definition whose very content was here already is none of it."""
    last, placed = done.versions[-1], done.preview.definitions
    new = {one.definition_id for one, where in zip(done.versions, placed, strict=True) if where.outcome != "same"}
    others = plural(len(new - {last.definition_id}), "other definition") if new - {last.definition_id} else ""
    if last.definition_id in new:
        return f"{escape(last.name)}{' and ' if others else ''}{others} imported."
    was = f"{escape(last.name)} was here already, with this content as version {last.number}"
    return f"{was}; {others} imported." if others else f"{was}: nothing is new."
