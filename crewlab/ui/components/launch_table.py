"""A table of inputs: where it comes from, which column fills which placeholder, and which rows have errors."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.definitions.tables import InputTable, RowInputs, apply_mapping, guess_mapping, read_table
from crewlab.ui.components.formats import plural
from crewlab.ui.components.launch_plan import LaunchPlan
from crewlab.ui.components.plain_text import escape
from crewlab.ui.state import remember, remembered

if TYPE_CHECKING:
    from crewlab.lab import Lab

EXAMPLE = "Example table"
UPLOAD = "Upload a file"
TYPED = "(the same value in every row)"
PREVIEWED_ROWS = 200


def inputs_table(
    lab: Lab,
    placeholders: Mapping[str, tuple[str, ...]],
    defaults: Mapping[str, Any],
    example: Path | None,
    *,
    key: str,
) -> LaunchPlan:
    """Draw source, mapping, preview and errors; return what would run. Raises `InputsError` for an unusable file."""
    table = _table(lab, example, key)
    if table is None:
        return LaunchPlan(blocked="Choose a table.")
    _show_facts(table)
    mapping, constants = _choose_mapping(table, placeholders, defaults, key)
    if unfilled := [name for name in placeholders if name not in mapping and not constants.get(name, "").strip()]:
        return LaunchPlan(batch_name="", blocked=_unfilled(unfilled))
    rows = _rows(table, mapping, constants, key)
    _show_preview(rows, list(placeholders))
    return _plan(rows, key)


def _unfilled(names: list[str]) -> str:
    columns = f"no column {names[0]}" if len(names) == 1 else f"no columns {', '.join(names[:-1])} and {names[-1]}"
    return f"The table has {columns}: choose another column above, or type one value for every row."


def _table(lab: Lab, example: Path | None, key: str) -> InputTable | None:
    source = UPLOAD
    if example is not None:
        source = st.segmented_control("Table", [EXAMPLE, UPLOAD], default=EXAMPLE, required=True, key=f"{key}.source")
    if source == EXAMPLE and example is not None:
        return _read(lab, example.read_bytes(), example.name, identity=str(example), key=key)
    upload = st.file_uploader(
        "CSV or Excel file",
        type=["csv", "tsv", "txt", "xlsx"],
        key=f"{key}.file",
        help="Comma, semicolon or tab; UTF-8, UTF-16 or Windows-1252. The first row names the columns.",
    )
    return None if upload is None else _read(lab, upload.getvalue(), upload.name, identity=upload.file_id, key=key)


def _read(lab: Lab, data: bytes, name: str, *, identity: str, key: str) -> InputTable:
    """Read a file once per upload: a rerun of the page must not parse 100,000 rows again."""
    known: tuple[str, InputTable] | None = remembered(f"{key}.read")
    if known is None or known[0] != identity:
        settings = lab.settings
        known = (
            identity,
            read_table(data, name, max_cell_bytes=settings.max_cell_bytes, max_table_bytes=settings.max_table_bytes),
        )
        remember(f"{key}.read", known)
    return known[1]


def _show_facts(table: InputTable) -> None:
    delimiter = {",": "comma", ";": "semicolon", "\t": "tab"}.get(table.delimiter or "", "")
    parts = [plural(len(table.rows), "row"), plural(len(table.columns), "column"), table.encoding, delimiter]
    st.caption(" · ".join(part for part in parts if part))
    for warning in table.warnings:
        st.warning(escape(warning), icon=":material/warning:")


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
    return st.selectbox(
        f"Column for `{name}`",
        options,
        index=options.index(guess) if guess in options else None,
        key=f"{key}.column.{name}.{hash(tuple(options))}",
        placeholder="Choose a column",
    )


def _type_value(name: str, default: str, key: str) -> str:
    """One value for every row, which starts as the definition's own default."""
    value = st.text_input(
        f"Value of {name}",
        default,
        key=f"{key}.value.{name}",
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


def _show_preview(rows: list[RowInputs], names: list[str]) -> None:
    """The inputs of each row, in the order in which the definition asks for them."""
    import pandas as pd

    broken = [row for row in rows if row.errors]
    shown = (broken + [row for row in rows if not row.errors])[:PREVIEWED_ROWS]
    frame = pd.DataFrame(
        [{"row": row.row_number, "error": "; ".join(row.errors), **_ordered(row.inputs, names)} for row in shown]
    )
    if not broken and len(frame):
        frame = frame.drop(columns="error")
    st.dataframe(
        frame,
        hide_index=True,
        height=260 if len(frame) > 6 else "content",
        alt="The inputs of each execution",
        column_config={
            "row": st.column_config.NumberColumn("Row", width=60, pinned=True),
            "error": st.column_config.TextColumn("Error", width="large"),
        },
    )
    if len(rows) > len(shown):
        st.caption(f"The first {len(shown)} of {len(rows):,} rows; rows with errors come first.")


def _ordered(inputs: Mapping[str, str], names: list[str]) -> dict[str, str]:
    return {name: inputs[name] for name in names if name in inputs}


def _plan(rows: list[RowInputs], key: str) -> LaunchPlan:
    good = [dict(row.inputs) for row in rows if not row.errors]
    broken = len(rows) - len(good)
    blocked = "" if good else "No row can run."
    if broken and good:
        what = plural(broken, "row has an error", "rows have errors")
        st.warning(f"{what}; the table says why.", icon=":material/rule:")
        if not st.checkbox(
            f"Leave out {plural(broken, 'row')} and run {plural(len(good), 'row')}", key=f"{key}.leave_out"
        ):
            blocked = "Correct the rows with errors, or leave them out."
    return LaunchPlan(rows=good, batch_name="", blocked=blocked)
