"""The example crews that come with CrewLab."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crewlab.definitions.notation.text import read_document_file


def example_documents(folder: Path) -> list[tuple[dict[str, Any], Path | None]]:
    """Each crew in `folder` with its input table (the CSV file of the same name, if there is one), by file name.

    Raises:
        DocumentError: One of the files is not a document.
    """
    return [(read_document_file(path), _table_of(path)) for path in sorted(folder.glob("*.yaml"))]


def _table_of(path: Path) -> Path | None:
    table = path.with_suffix(".csv")
    return table if table.is_file() else None
