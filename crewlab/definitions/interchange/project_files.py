"""What every exported project has around its definition: how to install it, how to run it, and what is different."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from crewlab.definitions.interchange.notes import Note
from crewlab.definitions.interchange.records import Records
from crewlab.definitions.knowledge import files_of
from crewlab.definitions.placeholders import placeholders

_PYTHON = ">=3.10,<3.14"


def slug(name: str, rest: str = "crew") -> str:
    """A name as files and packages have it."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60].rstrip("-") or rest


def pyproject(name: str, pins: Sequence[str], kind: str, definition: str | None) -> str:
    """What `crewai run` and installers look for."""
    listed = "".join(f"    {_toml(pin)},\n" for pin in pins)
    entry = f"definition = {_toml(definition)}\n" if definition else ""
    return (
        f"[project]\nname = {_toml(slug(name))}\nversion = {_toml('0.1.0')}\n"
        f"description = {_toml(f'{name}, exported from CrewLab')}\nrequires-python = {_toml(_PYTHON)}\n"
        f"dependencies = [\n{listed}]\n\n[tool.crewai]\ntype = {_toml(kind)}\n{entry}"
    )


def run_line(script: str, document: Mapping[str, Any]) -> str:
    """How a script is called with the inputs that have no default."""
    defaults = document.get("inputs")
    given = defaults if isinstance(defaults, Mapping) else {}
    return " ".join([f"python {script}", *(f"{name}=..." for name in placeholders(document) if name not in given)])


def readme(name: str, described: str, run: str, notes: Sequence[Note], secrets: Sequence[str]) -> str:
    """How to run it, and what is not as it was in CrewLab."""
    lines = [f"# {_one_line(name)}", ""]
    lines += [_one_line(described), ""] if described.strip() else []
    lines += ["Exported from CrewLab; it needs crewAI and nothing else.", ""]
    lines += ["```", "python -m venv .venv && . .venv/bin/activate", "pip install -r requirements.txt", run, "```", ""]
    if secrets:
        lines += ["Set these variables first: " + ", ".join(f"`{name}`" for name in secrets) + ".", ""]
    lines += ["## What is not as it was in CrewLab", ""]
    lines += [f"- {_one_line(str(note))}" for note in notes] or ["Nothing."]
    return "\n".join(lines) + "\n"


def knowledge_files(document: Mapping[str, Any], records: Records, notes: list[Note]) -> dict[str, bytes]:
    """The files that the crew looks things up in, where crewAI expects them."""
    named = files_of(document)
    notes += [
        Note(f"knowledge/{path}", "left out: there is no such file") for path in named if path not in records.knowledge
    ]
    return {f"knowledge/{path}": records.knowledge[path] for path in named if path in records.knowledge}


def _toml(text: str) -> str:
    return json.dumps(text)


def _one_line(text: str) -> str:
    return " ".join(text.split())
