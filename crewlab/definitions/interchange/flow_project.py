"""A flow that runs with crewAI alone: as its declarative project, as Python, and as a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crewlab.definitions.flows.crews import crew_documents
from crewlab.definitions.flows.references import actions_of
from crewlab.definitions.interchange.flow_for_crewai import flow_for_crewai
from crewlab.definitions.interchange.flow_script import flow_script, notebook_lines, run_line
from crewlab.definitions.interchange.for_crewai import ForCrewai
from crewlab.definitions.interchange.notebook import written_notebook
from crewlab.definitions.interchange.notes import Note, Translated
from crewlab.definitions.interchange.project_files import knowledge_files, pyproject, readme
from crewlab.definitions.interchange.python_text import literal
from crewlab.definitions.interchange.records import Records
from crewlab.definitions.interchange.requirements import requirements, tool_types_of
from crewlab.definitions.interchange.secret_fields import secrets_left_out, without_secrets
from crewlab.definitions.interchange.tool_files import secrets_of, tool_files
from crewlab.definitions.library.tool_catalogue import tool_specs
from crewlab.definitions.notation.text import write_document

_PYTHON = '''"""The flow of this project, exported from CrewLab."""

{imports}FLOW = {flow}
'''


def flow_document(lowered: Translated, records: Records) -> Translated:
    """The one document that crewAI itself runs, without secrets."""
    made = flow_for_crewai(lowered, records)
    settings = [Note("tools", f"{tool}: its settings are left out; crewAI has them in code") for tool in made.tools]
    notes = (*made.notes, *settings, *secrets_left_out({"flow": made.document}))
    return Translated(without_secrets(made.document), notes)


def flow_project(name: str, lowered: Translated, records: Records) -> tuple[dict[str, bytes], list[Note]]:
    """The files of a declarative project of crewAI by their paths, and what is not as it was.

    Raises:
        DocumentError: Tasks of a crew wait for each other in a circle.
    """
    made = flow_for_crewai(lowered, records)
    notes = [*made.notes, *secrets_left_out({"flow": made.document})]
    files = {
        "flow.yaml": _bytes(write_document(without_secrets(made.document))),
        "run.py": _bytes(flow_script(made.document, "run.py", "", 'path=HERE / "flow.yaml"')),
    }
    return _with_the_rest(name, "run.py", "flow.yaml", files, made, records, notes), notes


def flow_python(name: str, lowered: Translated, records: Records) -> tuple[dict[str, bytes], list[Note]]:
    """The files of a Python project by their paths, and what is not as it was. Raises as `flow_project`."""
    made = flow_for_crewai(lowered, records)
    notes = list(made.notes)
    main = flow_script(made.document, "main.py", "\nfrom flow import FLOW\n", "contents=FLOW")
    files = {"flow.py": _bytes(_module(made)), "main.py": _bytes(main)}
    return _with_the_rest(name, "main.py", None, files, made, records, notes), notes


def flow_notebook(name: str, lowered: Translated, records: Records) -> tuple[bytes, list[Note]]:
    """A notebook that installs crewAI, makes the flow and runs it, and what is not as it was. Raises as the others."""
    made = flow_for_crewai(lowered, records)
    notes = [
        *made.notes,
        *(Note(f"tools.{tool}", "left out: its code has no place in a notebook") for tool in made.tools),
    ]
    code = f"from crewai.flow.flow import Flow\n\n{_module(made).partition(chr(10) * 2)[2].strip()}"
    run = notebook_lines(made.document)
    described = str(made.document.get("description") or "")
    return written_notebook(name, described, secrets_of(made), _pins(made), code, run, notes), notes


def _module(made: ForCrewai) -> str:
    text = literal(made.document)
    return _PYTHON.format(imports="import os\n\n" if "os.environ[" in text else "", flow=text)


def _with_the_rest(
    name: str,
    script: str,
    definition: str | None,
    files: Mapping[str, bytes],
    made: ForCrewai,
    records: Records,
    notes: list[Note],
) -> dict[str, bytes]:
    """The files with tools, knowledge, requirements and a README, which is written last: it says what was noted."""
    pins = _pins(made)
    found = dict(files) | tool_files(made.tools, records, notes)
    for crew in crew_documents(made.document):
        found |= knowledge_files(crew, records, notes)
    found["requirements.txt"] = _bytes("\n".join(pins) + "\n")
    found["pyproject.toml"] = _bytes(pyproject(name, pins, "flow", definition))
    described = str(made.document.get("description") or "")
    run = run_line(made.document, script)
    found["README.md"] = _bytes(readme(name, described, run, notes, secrets_of(made)))
    return found


def _pins(made: ForCrewai) -> list[str]:
    types: set[str] = {record.type for record in made.tools.values()}
    for placed in actions_of(made.document):
        inner: Any = placed.action.get("with")
        ref = str(placed.action.get("ref")).rpartition(":")[2]
        types |= {ref} & set(tool_specs()) if placed.call == "tool" else set()
        if isinstance(inner, Mapping):
            body = {"agents": {"one": inner}} if placed.call == "agent" else inner
            types |= tool_types_of(body, made.tools)
    return requirements(made.document, types)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
