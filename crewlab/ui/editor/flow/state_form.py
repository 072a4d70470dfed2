"""The tab *State*: the fields that the steps of a flow share, in a form and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import streamlit as st

from crewlab.definitions.editing import Path
from crewlab.definitions.editing_flows import states
from crewlab.definitions.part_places import FIELDS
from crewlab.errors import DocumentError
from crewlab.ui.components.add_button import add_button
from crewlab.ui.components.plain_text import escape, shorten
from crewlab.ui.editor.fields import Fields
from crewlab.ui.editor.pick_list import choose, pick_list, toolbar
from crewlab.ui.editor.refusals import part_becomes, relocate

LIST = "definition.field"
_EXAMPLE = '{"type": "json_schema", "json_schema": {"type": "object", "properties": {}}}'
_TRUTH = {"true": True, "false": False}
_TYPES = {
    "string": "Text",
    "integer": "Whole number",
    "number": "Number",
    "boolean": "Yes or no",
    "array": "List",
    "object": "Object",
}


def state_form(fields: Fields) -> None:
    """Draw the fields, one of them in a form, and the whole as JSON."""
    st.caption(
        "What the steps share. A launch gives the first values; a step writes where its form says *Writes state*."
    )
    if states.is_editable_state(fields.draft.document):
        _rows(fields)
    else:
        st.warning(
            "This state does not have the shape that a form can show. Edit it as JSON.", icon=":material/data_object:"
        )
    with st.expander("As JSON", icon=":material/data_object:", key="definition.state.json",
                     expanded=not states.is_editable_state(fields.draft.document)):  # fmt: skip
        fields.json_object(("state",), "State", height=320, label_visibility="collapsed",
                           placeholder=_EXAMPLE)  # fmt: skip
        st.caption("`json_schema` says what a state may hold, `default` what it begins with.")
    for part in ("json_schema", "default", "type"):
        for problem in fields.problems_at(("state", part), within=True):
            st.markdown(f":small[:red[:material/error: {escape(f'{problem.what} {problem.hint}')}]]")


def _rows(fields: Fields) -> None:
    rows = states.state_rows(fields.draft.document)
    left, right = st.columns([1, 2.6], gap="medium")
    with left:
        index = 0
        if rows:
            index = pick_list(
                LIST, "Fields", [escape(shorten(row.name, 40)) for row in rows], [_about(row) for row in rows]
            )
        add_button("Add field", lambda: _add(fields), key=fields.key_of((FIELDS, "add")))
    with right:
        if rows:
            _one(fields, rows, min(index, len(rows) - 1))
        else:
            st.caption("No fields yet. A flow without any takes whatever a launch gives it.")


def _about(row: states.StateRow) -> str:
    said = [_TYPES.get(row.type, "see JSON")]
    if row.default is not None:
        said.append(f"begins with {shorten(json.dumps(row.default, ensure_ascii=False), 28)}")
    elif row.is_required:
        said.append("every launch gives it")
    return escape(", ".join(said))


def _one(fields: Fields, rows: list[states.StateRow], index: int) -> None:
    row = rows[index]
    path: Path = (FIELDS, row.name)
    _toolbar(fields, row, index, len(rows))
    first, second = st.columns(2)
    with first:
        fields.text((*path, "name"), "Name", value=row.name,
                    change=lambda document, new: _rename(fields, document, row.name, new.strip()),
                    help="Letters, digits and _. Whatever reads or writes the field follows a rename.")  # fmt: skip
        fields.choice((*path, "type"), "Type", list(states.TYPES), value=row.type or None,
                      change=lambda document, kind: states.set_type(document, row.name, kind or "string"),
                      format_func=lambda kind: _TYPES.get(kind, kind), placeholder="As the JSON says")  # fmt: skip
    with second:
        _default(fields, path, row)
        fields.switch((*path, "required"), "Every launch has to give it", value=row.is_required,
                      change=lambda document, is_on: states.set_required(document, row.name, is_on),
                      help="Unless it begins with something.")  # fmt: skip
    fields.text((*path, "description"), "Description", value=row.description, is_optional=True,
                change=lambda document, text: states.set_description(document, row.name, text.strip()),
                placeholder="What it is for; the launch form shows it")  # fmt: skip


def _default(fields: Fields, path: Path, row: states.StateRow) -> None:
    """What the field begins with, in a widget of its type."""

    def change(document: dict[str, Any], value: Any) -> dict[str, Any]:
        return states.set_default(document, row.name, None if value == "" else value)

    place, label = (*path, "default"), "Begins with"
    if row.type == "string":
        fields.text(place, label, value=row.default if isinstance(row.default, str) else "", change=change,
                    placeholder="Nothing")  # fmt: skip
    elif row.type in ("integer", "number"):
        step = 1 if row.type == "integer" else 0.1
        number = row.default if isinstance(row.default, int | float) else None
        fields.number(place, label, value=number, change=change, step=step, placeholder="Nothing")
    elif row.type == "boolean":
        shown = None if row.default is None else str(row.default).lower()
        fields.choice(place, label, ["true", "false"], value=shown, placeholder="Nothing",
                      format_func=lambda text: "Yes" if text == "true" else "No",
                      change=lambda document, text: change(document, _TRUTH.get(text)))  # fmt: skip
    else:
        text = "" if row.default is None else json.dumps(row.default, ensure_ascii=False)
        fields.text(place, f"{label} (JSON)", value=text, placeholder="Nothing", height=80,
                    change=lambda document, text: change(document, _parsed(text, row.type)))  # fmt: skip


def _parsed(text: str, kind: str) -> Any:
    """JSON of the type of the field. Raises `DocumentError`."""
    if not text.strip():
        return None
    try:
        value = json.loads(text)
    except ValueError as error:
        raise DocumentError(f"This is not JSON: {error}.", "It was not taken over.") from None
    if kind in ("array", "object") and states.kind_of_value(value) != kind:
        said = "a list, in brackets" if kind == "array" else "an object, in curly braces"
        raise DocumentError(f"This has to be {said}.", "It was not taken over.")
    return value


def _toolbar(fields: Fields, row: states.StateRow, index: int, count: int) -> None:
    toolbar(
        fields.key_of((FIELDS, row.name)),
        index,
        count,
        move=lambda by: _move(fields, row.name, by),
        remove=lambda: _remove(fields, row.name),
        of_remove="What reads it stays",
    )


def _rename(fields: Fields, document: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    renamed = states.rename_field(document, old, new)
    relocate(fields.draft.draft_id, part_becomes(FIELDS, old, new))
    return renamed


def _add(fields: Fields) -> None:
    def change(document: dict[str, Any]) -> dict[str, Any]:
        choose(LIST, len(states.state_rows(document)))
        return states.add_field(document)

    fields.draft.edit(change)


def _move(fields: Fields, shown: str, by: int) -> None:
    def change(document: dict[str, Any], name: str) -> dict[str, Any]:
        moved = states.move_field(document, name, by)
        choose(LIST, _names(moved).index(name))
        return moved

    _edit(fields, shown, change)


def _remove(fields: Fields, shown: str) -> None:
    def change(document: dict[str, Any], name: str) -> dict[str, Any]:
        relocate(fields.draft.draft_id, part_becomes(FIELDS, name, None))
        choose(LIST, _names(document).index(name) - 1)
        return states.remove_field(document, name)

    _edit(fields, shown, change)


def _edit(fields: Fields, shown: str, change: Callable[[dict[str, Any], str], dict[str, Any]]) -> None:
    """Change the field that is shown under a name, whatever it is called by now."""
    fields.draft.edit_part((FIELDS, shown), lambda document, place: change(document, str(place[1])))


def _names(document: dict[str, Any]) -> list[str]:
    return [row.name for row in states.state_rows(document)]
