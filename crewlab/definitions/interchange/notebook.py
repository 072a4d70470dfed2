"""A notebook as a file: what to install, what is run, and what is not as it was."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from crewlab.definitions.interchange.notes import Note
from crewlab.definitions.interchange.python_text import literal


def written_notebook(
    name: str,
    described: str,
    secrets: Sequence[str],
    pins: Sequence[str],
    code: str,
    run: str,
    notes: Sequence[Note],
) -> bytes:
    """Cells: what it is, what to install, the definition, the run, and the losses."""
    needed = [f"Set these variables first: {', '.join(secrets)}."] if secrets else []
    lost = "\n".join(f"- {note}" for note in notes) or "Nothing."
    cells = [
        _words("\n\n".join([f"# {' '.join(name.split())}", described, *needed]).strip()),
        _code(f"%pip install --quiet {' '.join(literal(pin) for pin in pins)}"),
        _code(code),
        _code(run),
        _words(f"What is not as it was in CrewLab:\n\n{lost}"),
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def _words(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def _code(text: str) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": text}
