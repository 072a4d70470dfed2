"""The input table that belongs to an example: offered as a table, and its first row as a start."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crewlab.definitions.examples import example_documents
from crewlab.definitions.flows.state_cells import state_rows
from crewlab.definitions.tables.rows import guess_mapping, read_table
from crewlab.ui.state import remember, remembered

if TYPE_CHECKING:
    from crewlab.definitions.flows.state import StateContract
    from crewlab.lab import Lab

_TABLES = "launch.examples"


def example_table(lab: Lab, name: str) -> Path | None:
    """The table of the example of this name, if there is one."""
    tables: dict[str, Path] | None = remembered(_TABLES)
    if tables is None:
        examples = example_documents(lab.settings.examples)
        tables = {str(document.get("name")): table for document, table in examples if table is not None}
        remember(_TABLES, tables)
    return tables.get(name)


def example_inputs(lab: Lab, name: str, placeholders: Collection[str]) -> dict[str, str]:
    """The first row of that table by placeholder; empty for a crew that is no example."""
    path = example_table(lab, name)
    if path is None:
        return {}
    table = read_table(path.read_bytes(), path.name)
    mapping = guess_mapping(table.columns, placeholders)
    return {placeholder: table.rows[0][column] for placeholder, column in mapping.items()}


def example_state(lab: Lab, name: str, contract: StateContract) -> dict[str, Any]:
    """The first row of that table as the initial state of a flow; empty for a flow that is no example."""
    path = example_table(lab, name)
    if path is None:
        return {}
    table = read_table(path.read_bytes(), path.name)
    first = state_rows(table, guess_mapping(table.columns, list(contract.asked)), {}, contract)[0]
    return {} if first.errors else first.state
