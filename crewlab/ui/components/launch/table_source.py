"""Where a table of inputs comes from: the example's own, or a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from crewlab.definitions.tables.rows import InputTable, read_table
from crewlab.ui.components.formats import plural
from crewlab.ui.components.launch.choice import choose_form
from crewlab.ui.components.plain_text import escape
from crewlab.ui.state import remember, remembered

if TYPE_CHECKING:
    from crewlab.lab import Lab

EXAMPLE = "Example table"
UPLOAD = "Upload a file"


def choose_table(lab: Lab, example: Path | None, *, key: str) -> InputTable | None:
    """Draw the choice between the example's table and a file; return what was chosen.

    Raises:
        InputsError: The file is no table that can be used.
    """
    source = UPLOAD
    if example is not None:
        source = choose_form("Table", [EXAMPLE, UPLOAD], key=f"{key}.source")
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


def show_facts(table: InputTable) -> None:
    """How large the table is, how it is written, and what is odd about it."""
    delimiter = {",": "comma", ";": "semicolon", "\t": "tab"}.get(table.delimiter or "", "")
    parts = [plural(len(table.rows), "row"), plural(len(table.columns), "column"), table.encoding, delimiter]
    st.caption(" · ".join(part for part in parts if part))
    for warning in table.warnings:
        st.warning(escape(warning), icon=":material/warning:")
