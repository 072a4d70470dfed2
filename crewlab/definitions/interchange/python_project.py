"""A crew as Python that runs with crewAI alone: a project, and a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crewlab.definitions.interchange.for_crewai import for_crewai
from crewlab.definitions.interchange.notebook import written_notebook
from crewlab.definitions.interchange.notes import Note
from crewlab.definitions.interchange.project_files import knowledge_files, pyproject, readme, run_line
from crewlab.definitions.interchange.python_source import PythonSource
from crewlab.definitions.interchange.records import Records
from crewlab.definitions.interchange.requirements import requirements
from crewlab.definitions.interchange.tool_files import secrets_of

_HEAD = '"""The crew of this project, exported from CrewLab."""\n\n'
_MAIN = '''"""Runs the crew: `python main.py name=value ...`."""

import sys

from crew import INPUTS, crew


def main(words: list[str]) -> str:
    """The output of the crew for inputs given as `name=value`."""
    given = dict(word.split("=", 1) for word in words)
    return str(crew().kickoff(inputs={**INPUTS, **given}).raw)


if __name__ == "__main__":
    print(main(sys.argv[1:]))
'''


def python_project(name: str, document: Mapping[str, Any], records: Records) -> tuple[dict[str, bytes], list[Note]]:
    """The files of a runnable Python project by their paths, and what is not as it was.

    Raises:
        DocumentError: Tasks wait for each other in a circle.
    """
    secrets, text, pins, notes = _source(document, records)
    files = {
        "crew.py": (_HEAD + text).encode("utf-8", "replace"),
        "main.py": _MAIN.encode(),
        **knowledge_files(document, records, notes),
        "requirements.txt": ("\n".join(pins) + "\n").encode(),
        "pyproject.toml": pyproject(name, pins, "crew", None).encode(),
    }
    described = str(document.get("description") or "")
    run = run_line("main.py", document)
    files["README.md"] = readme(name, described, run, notes, secrets).encode("utf-8", "replace")
    return files, notes


def notebook(name: str, document: Mapping[str, Any], records: Records) -> tuple[bytes, list[Note]]:
    """A notebook that installs crewAI, makes the crew and runs it, and what is not as it was."""
    secrets, text, pins, notes = _source(document, records)
    run = "result = await crew().kickoff_async(inputs={**INPUTS})\nprint(result.raw)"
    described = str(document.get("description") or "")
    return written_notebook(name, described, secrets, pins, text.rstrip(), run, notes), notes


def _source(document: Mapping[str, Any], records: Records) -> tuple[list[str], str, list[str], list[Note]]:
    """The names of the secrets, the text of the module, the pinned requirements and the notes."""
    made = for_crewai(document, records)
    source = PythonSource(made)
    text = source.text()
    return secrets_of(made), text, requirements(made.document, source.tool_types), [*made.notes, *source.notes]
