"""A table of inputs: where it comes from, which column fills which placeholder, and which rows have errors."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.definitions.tables.rows import InputTable, RowInputs, apply_mapping, guess_mapping
from crewlab.ui.components.launch.plan import LaunchPlan
from crewlab.ui.components.launch.table_rows import plan_of, show_rows
from crewlab.ui.components.launch.table_source import choose_table, show_facts
from crewlab.ui.components.plain_text import escape
from crewlab.ui.state import kept, remember, remembered

if TYPE_CHECKING:
    from crewlab.lab import Lab

TYPED = "(the same value in every row)"


def inputs_table(
    lab: Lab,
    placeholders: Mapping[str, tuple[str, ...]],
    defaults: Mapping[str, Any],
    example: Path | None,
    *,
    key: str,
) -> LaunchPlan:
    """Draw source, mapping, preview and errors; return what would run. Raises `InputsError` for an unusable file."""
    table = choose_table(lab, example, key=key)
    if table is None:
        return LaunchPlan(blocked="Choose a table.")
    show_facts(table)
    mapping, constants = _choose_mapping(table, placeholders, defaults, key)
    if unfilled := [name for name in placeholders if name not in mapping and not constants.get(name, "").strip()]:
        return LaunchPlan(batch_name="", blocked=_unfilled(unfilled))
    rows = _rows(table, mapping, constants, key)
    show_rows([(row.row_number, row.errors, _ordered(row.inputs, list(placeholders))) for row in rows])
    return plan_of([(dict(row.inputs), row.errors) for row in rows], key=key)


def _unfilled(names: list[str]) -> str:
    columns = f"no column {names[0]}" if len(names) == 1 else f"no columns {', '.join(names[:-1])} and {names[-1]}"
    return f"The table has {columns}: choose another column above, or type one value for every row."


def _choose_mapping(
    table: InputTable, placeholders: Mapping[str, tuple[str, ...]], defaults: Mapping[str, Any], key: str
) -> tuple[dict[str, str], dict[str, str]]:
    """Which column fills each placeholder, and the value for those without one."""
    guess = guess_mapping(table.columns, list(placeholders))
    mapping, constants = {}, {}
    with st.grid(3, min_column_width=240):
        for name in placeholders:
            with st.container():
                default = str(defaults.get(name) or "")
                column = _choose_column(table, name, guess.get(name) or (TYPED if default else None), key)
                if column == TYPED:
                    constants[name] = _type_value(name, default, key)
                elif column is not None:
                    mapping[name] = column
    unused = [column for column in table.columns if column not in mapping.values()]
    if unused:
        st.caption(f"Not used: {escape(', '.join(unused))}")
    return mapping, constants


def _choose_column(table: InputTable, name: str, guess: str | None, key: str) -> str | None:
    """The chosen column or `TYPED`; nothing while none fits and nobody has chosen."""
    options = [*table.columns, TYPED]
    widget = f"{key}.column.{name}.{hash(tuple(options))}"
    chosen = remembered(widget, guess)
    return st.selectbox(
        f"Column for `{name}`",
        options,
        index=options.index(chosen) if chosen in options else None,
        key=widget,
        persist_state="page",
        placeholder="Choose a column",
    )


def _type_value(name: str, default: str, key: str) -> str:
    """One value for every row, which starts as the definition's own default."""
    value = st.text_input(
        f"Value of {name}",
        kept(f"{key}.value.{name}", default),
        key=f"{key}.value.{name}",
        persist_state="page",
        label_visibility="collapsed",
        placeholder=f"{name} in every row",
    )
    if default and value == default:
        st.caption("The default of the definition, for every row.")
    return value or ""


def _rows(table: InputTable, mapping: dict[str, str], constants: dict[str, str], key: str) -> list[RowInputs]:
    identity = (id(table), tuple(mapping.items()), tuple(constants.items()))
    known: tuple[Any, list[RowInputs]] | None = remembered(f"{key}.rows")
    if known is None or known[0] != identity:
        known = (identity, apply_mapping(table, mapping, constants))
        remember(f"{key}.rows", known)
    return known[1]


def _ordered(inputs: Mapping[str, str], names: list[str]) -> dict[str, str]:
    return {name: inputs[name] for name in names if name in inputs}
