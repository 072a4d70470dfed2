"""A table of inputs for a flow: which column fills which field of the state, typed as the flow's schema says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.definitions.flows.state_cells import StateRow, form_schema, state_rows
from crewlab.definitions.schema_parts import plain_part, typed
from crewlab.definitions.tables.rows import InputTable, guess_mapping
from crewlab.ui.components.cells import as_text
from crewlab.ui.components.launch.plan import LaunchPlan
from crewlab.ui.components.launch.table import TYPED
from crewlab.ui.components.launch.table_rows import plan_of, show_rows
from crewlab.ui.components.launch.table_source import choose_table, show_facts
from crewlab.ui.components.plain_text import escape, shorten
from crewlab.ui.state import kept, remember, remembered

if TYPE_CHECKING:
    from crewlab.definitions.flows.state import StateContract
    from crewlab.lab import Lab

AS_DEFINED = "(as the flow has it)"
_Mapping = tuple[dict[str, str], dict[str, Any], str]


def state_table(lab: Lab, contract: StateContract, example: Path | None, *, key: str) -> LaunchPlan:
    """Draw source, mapping, preview and errors; return what would run. Raises `InputsError` for an unusable file."""
    table = choose_table(lab, example, key=key)
    if table is None:
        return LaunchPlan(blocked="Choose a table.")
    show_facts(table)
    mapping, constants, blocked = _choose_mapping(table, contract, key)
    if blocked:
        return LaunchPlan(batch_name="", blocked=blocked)
    rows = _rows(table, mapping, constants, contract, key)
    show_rows([(row.row_number, row.errors, row.state) for row in rows])
    return plan_of([(row.state, row.errors) for row in rows], key=key)


def _choose_mapping(table: InputTable, contract: StateContract, key: str) -> _Mapping:
    """Which column fills each field, the value of those that every row shares, and why that will not do."""
    schema = form_schema(contract)
    guess = guess_mapping(table.columns, list(contract.asked))
    mapping: dict[str, str] = {}
    constants: dict[str, Any] = {}
    blocked = ""
    with st.grid(3, min_column_width=240):
        for name, field in contract.asked.items():
            with st.container():
                column = _choose_column(table, name, guess.get(name), key, is_required=field.is_required)
                if column == TYPED:
                    blocked = _type_value(name, plain_part(schema, name), constants, key) or blocked
                elif column not in (None, AS_DEFINED):
                    mapping[name] = str(column)
                elif column == AS_DEFINED:
                    _show_default(contract, name)
                else:
                    blocked = blocked or f"Choose the column of {name}, or type one value for every row."
    unused = [column for column in table.columns if column not in mapping.values()]
    if unused:
        st.caption(f"Not used: {escape(', '.join(unused))}")
    return mapping, constants, blocked


def _choose_column(table: InputTable, name: str, guess: str | None, key: str, *, is_required: bool) -> str | None:
    """The chosen column, `TYPED` or `AS_DEFINED`; nothing while a field that a launch has to give has none."""
    options = [*table.columns, TYPED] if is_required else [*table.columns, TYPED, AS_DEFINED]
    widget = f"{key}.column.{name}.{hash(tuple(options))}"
    chosen = remembered(widget, guess or (None if is_required else AS_DEFINED))
    return st.selectbox(
        f"Column for `{name}`",
        options,
        index=None if chosen is None else options.index(chosen),
        key=widget,
        persist_state="page",
        placeholder="Choose a column",
    )


def _type_value(name: str, part: Mapping[str, Any], constants: dict[str, Any], key: str) -> str:
    """Ask for one value for every row; return what is wrong with it."""
    begins = as_text(part["default"]) if "default" in part else ""
    text = st.text_input(
        f"Value of {name}",
        kept(f"{key}.value.{name}", begins),
        key=f"{key}.value.{name}",
        persist_state="page",
        label_visibility="collapsed",
        placeholder=f"{name} in every row",
    )
    if not text:
        return f"Type the value of {name}."
    try:
        constants[name] = typed(text, part)
    except ValueError as error:
        return f"{name}: {error}."
    return ""


def _show_default(contract: StateContract, name: str) -> None:
    default = contract.fields[name].default
    st.caption("left out" if default is None else escape(shorten(as_text(default), 60)))


def _rows(
    table: InputTable, mapping: dict[str, str], constants: dict[str, Any], contract: StateContract, key: str
) -> list[StateRow]:
    """Read the rows once per choice: a rerun of the page must not look at 100,000 rows again."""
    identity = (id(table), tuple(mapping.items()), as_text(constants), as_text(contract.schema))
    known: tuple[Any, list[StateRow]] | None = remembered(f"{key}.rows")
    if known is None or known[0] != identity:
        known = (identity, state_rows(table, mapping, constants, contract))
        remember(f"{key}.rows", known)
    return known[1]
