"""A crew in crewAI's classic shape: `agents.yaml` and `tasks.yaml`, and the Python beside them, which is only read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from crewlab.definitions.crew import SCHEMA_FIELDS
from crewlab.definitions.interchange.asynchronous import from_crewai
from crewlab.definitions.interchange.code_notes import code_notes
from crewlab.definitions.interchange.found import FoundDefinition, understood
from crewlab.definitions.interchange.notes import Note
from crewlab.definitions.interchange.python_crew import Made, PythonCrew, python_beside
from crewlab.definitions.interchange.source_files import SourceFiles, folder_of, join
from crewlab.definitions.interchange.unreadable import Unreadable
from crewlab.definitions.notation.text import read_data
from crewlab.errors import DocumentError

CLASSIC_AGENTS = ("agents.yaml", "agents.yml")
_CLASSIC_TASKS = ("tasks.yaml", "tasks.yml")
_NO_PYTHON = "sequential, tasks in the order of the file: no Python that can be read beside it says otherwise"


def tasks_beside(files: SourceFiles, agents_path: str) -> str | None:
    """The file of tasks in the same folder, for a file of agents."""
    if agents_path.rpartition("/")[2] not in CLASSIC_AGENTS:
        return None
    folder = folder_of(agents_path)
    return files.first(*(join(folder, name) for name in _CLASSIC_TASKS))


def crew_of_yaml(files: SourceFiles, path: str, default_name: str) -> FoundDefinition:
    """The crew whose agents are in the file at `path`.

    Raises:
        DocumentError: One of the two files cannot be read, or neither.
    """
    tasks_path = tasks_beside(files, path) or ""
    unreadable = Unreadable()
    read = [found for each in (path, tasks_path) for found in unreadable.read(each, partial(_named, files, each))]
    unreadable.require_none()
    agents, tasks = read
    code = python_beside(files, path, tasks_path)
    notes: list[Note] = []
    document = {"name": default_name, **_crew(agents, tasks, code, notes)}
    changed, more = from_crewai(document)
    origin = {f"tasks.{task['name']}": tasks_path for task in changed["tasks"]}
    if code is not None:
        origin |= {f"agents.{name}": code.path for name, made in code.agents.items() if made.key not in agents}
        origin |= {f"tasks.{name}": code.path for name, made in code.tasks.items() if made.key not in tasks}
    said = understood(changed, {**origin, "crew": code.path if code else path}, path)
    return FoundDefinition(
        name=default_name,
        path=path,
        code=code.path if code else "",
        tools=tuple(code.records) if code else (),
        document=changed,
        understood=said,
        notes=(*notes, *more, *code_notes(changed)),
    )


def _named(files: SourceFiles, path: str) -> dict[str, dict[str, Any]]:
    found = read_data(files.text(path), source=path)
    if not isinstance(found, Mapping) or not all(isinstance(body, Mapping) for body in found.values()):
        raise DocumentError(f"{path} is not a list of names with fields.", "Each name holds its fields, indented.")
    return {name: dict(body) for name, body in found.items()}


def _crew(
    agents: dict[str, dict[str, Any]], tasks: dict[str, dict[str, Any]], code: PythonCrew | None, notes: list[Note]
) -> dict[str, Any]:
    if code is None:
        notes.append(Note("process", _NO_PYTHON))
        return {"agents": agents, "tasks": [{"name": name, **body} for name, body in tasks.items()]}
    merged_agents = {name: _merged(f"agents.{name}", made, agents, code) for name, made in code.agents.items()}
    merged_tasks = [{"name": name, **_merged(f"tasks.{name}", made, tasks, code)} for name, made in code.tasks.items()]
    notes += code.notes
    for kind, there, made in (("agents", agents, code.agents), ("tasks", tasks, code.tasks)):
        used = {each.key for each in made.values()}
        notes += [
            Note(f"{kind}.{name}", f"left out: {code.path} makes nothing of it") for name in there if name not in used
        ]
    return {**code.crew, "agents": merged_agents, "tasks": merged_tasks}


def _merged(where: str, made: Made, bodies: Mapping[str, dict[str, Any]], code: PythonCrew) -> dict[str, Any]:
    """The YAML of an agent or a task with what the code sets over it, and names of methods replaced."""
    body = {**bodies.get(made.key, {}), **made.fields}
    tools = body.get("tools")
    if isinstance(tools, list):
        body["tools"] = [code.tools.get(tool, tool) if isinstance(tool, str) else tool for tool in tools]
    for field in ("llm", "function_calling_llm"):
        if isinstance(body.get(field), str):
            body[field] = code.llms.get(body[field], body[field])
    for field in SCHEMA_FIELDS:
        if isinstance(body.get(field), str):
            body[field] = code.schema(body[field], f"{where}.{field}")
    return body
