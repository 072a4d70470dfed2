"""The initial state of one execution of a flow: a field for each that the flow names, or the whole as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.definitions.flows.state_cells import form_schema
from crewlab.definitions.notation.json_text import read_json
from crewlab.definitions.notation.places import line_of
from crewlab.definitions.schema_parts import TEXT_TYPES, plain_part
from crewlab.errors import CrewLabError
from crewlab.ui.components.launch.choice import choose_form
from crewlab.ui.components.launch.plan import LaunchPlan
from crewlab.ui.components.plain_text import escape
from crewlab.ui.components.schema_form import field_keys, read_fields, schema_fields
from crewlab.ui.state import remember, remembered

if TYPE_CHECKING:
    from crewlab.definitions.flows.state import StateContract

FORM, AS_JSON = ":material/edit_note: Form", ":material/data_object: JSON"
MOST_CHARACTERS = 1_000_000
State = dict[str, Any]


def state_inputs(contract: StateContract, values: Mapping[str, Any], *, key: str) -> LaunchPlan:
    """Draw the state, filled with `values`; return what would run.

    What was typed goes along when the form changes, and is there again when somebody comes back to the page.
    """
    has_fields = bool(contract.asked)
    if not has_fields:
        st.caption("This flow names no fields of its state: as JSON it takes any, and `{}` is fine.")
    form = choose_form("Initial state", [FORM, AS_JSON], key=f"{key}.form") if has_fields else AS_JSON
    widgets = [f"{key}.text"] if form == AS_JSON else field_keys(form_schema(contract), f"{key}.field")
    is_drawn = any(widget in st.session_state for widget in widgets)
    begun = _begun(form, {**contract.defaults, **values}, key, is_drawn=is_drawn)
    return _form(contract, begun, key) if form != AS_JSON else _text(contract, begun, key)


def _begun(form: str, values: State, key: str, *, is_drawn: bool) -> State:
    """What the widgets show when they are drawn first: the state as it was last, in this form or in the other."""
    known: tuple[str, State] | None = remembered(f"{key}.begun")
    if known is None or known[0] != form or not is_drawn:
        typed = remembered(f"{key}.typed")
        known = (form, values if typed is None else typed)
        remember(f"{key}.begun", known)
    return known[1]


def _form(contract: StateContract, begun: State, key: str) -> LaunchPlan:
    schema = form_schema(contract)
    schema_fields(schema, begun, f"{key}.field", unset="left out")
    others = {name: value for name, value in begun.items() if name not in contract.fields}
    if others:
        st.caption(f"Given as JSON, besides: {escape(', '.join(others))}")
    try:
        state = {**others, **_read(schema, f"{key}.field")}
    except CrewLabError as error:
        st.error(escape(str(error)), icon=":material/error:")
        return LaunchPlan(blocked="Correct the state.")
    remember(f"{key}.typed", state)
    missing = [name for name in schema["required"] if name not in state]
    if missing:
        return LaunchPlan(rows=[state], blocked=f"Fill in {', '.join(missing)}.")
    problems = contract.problems(state)
    for problem in problems:
        st.error(escape(str(problem)), icon=":material/error:")
    return LaunchPlan(rows=[state], blocked="Correct the state." if problems else "")


def _read(schema: Mapping[str, Any], key: str) -> State:
    """The fields as they stand: also those that equal their default, and texts that somebody has emptied."""
    found, state = read_fields(schema, key), {}
    for name in schema["properties"]:
        part, entered = plain_part(schema, name), st.session_state.get(f"{key}.{name}")
        if name in found:
            state[name] = found[name]
        elif entered is not None and str(entered).strip():
            state[name] = part["default"]
        elif part.get("default") and part.get("type") in TEXT_TYPES:
            state[name] = ""
    return state


def _text(contract: StateContract, begun: State, key: str) -> LaunchPlan:
    text = st.text_area(
        "Initial state as JSON",
        remembered(f"{key}.text", json.dumps(begun, indent=2, ensure_ascii=False)),
        key=f"{key}.text",
        height=min(480, 140 + 22 * len(begun)),
        label_visibility="collapsed",
    )
    state, problems = read_state(text or "", contract)
    for line, problem in problems:
        refuse_line(text or "", line, problem)
    if state is not None:
        remember(f"{key}.typed", state)
    return LaunchPlan(rows=[state or {}], blocked="Correct the state." if problems else "")


def read_state(text: str, contract: StateContract) -> tuple[State | None, list[tuple[int | None, str]]]:
    """The state that JSON text holds, and what is wrong with it, each with its line where that is known."""
    if len(text) > MOST_CHARACTERS:
        return None, [(None, f"The state is longer than {MOST_CHARACTERS:,} characters: give large data as a file.")]
    try:
        state = read_json(text if text.strip() else "{}", "The state")
    except CrewLabError as error:
        return None, [(_line_in(str(error)), str(error))]
    if not isinstance(state, dict):
        return None, [(1, 'The state is an object with a value for each field, such as {"topic": "tea"}.')]
    return state, [(line_of(text, problem.where.split(".")), str(problem)) for problem in contract.problems(state)]


def _line_in(message: str) -> int | None:
    digits = message.partition(", line ")[2].partition(":")[0]
    return int(digits) if digits.isdigit() else None


def refuse_line(text: str, line: int | None, problem: str) -> None:
    """Say what is wrong with a text, and show the line itself."""
    lines = text.splitlines()
    where = f"Line {line}. " if line and ", line " not in problem else ""
    st.error(escape(f"{where}{problem}"), icon=":material/error:")
    if line and line <= len(lines):
        st.code(f"{line:>3}  {lines[line - 1]}", language=None)
