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
from crewlab.definitions.interchange.python_crew import Made, PythonCrew
from crewlab.definitions.interchange.python_crews import CrewClass, ProjectCode
from crewlab.definitions.interchange.python_inputs import inputs_of, using
from crewlab.definitions.interchange.python_module import PythonModule
from crewlab.definitions.interchange.python_scripts import ScriptCrew
from crewlab.definitions.interchange.source_files import SourceFiles, folder_of, join
from crewlab.definitions.interchange.unreadable import Unreadable
from crewlab.definitions.interchange.yaml_entries import entries, response_formats
from crewlab.definitions.placeholders import placeholders

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
    """The crew whose agents are in the file at `path`, for which no Python speaks.

    Raises:
        DocumentError: One of the two files cannot be read, or neither.
    """
    tasks_path = tasks_beside(files, path) or ""
    notes = [Note("process", _NO_PYTHON)]
    agents, tasks = _halves(files, path, tasks_path, notes)
    document = {"agents": agents, "tasks": [{**body, "name": name} for name, body in tasks.items()]}
    origin = {f"tasks.{name}": tasks_path for name in tasks}
    return _found(default_name, path, document, origin, notes)


def crew_of_class(
    files: SourceFiles, code: ProjectCode, made_by: CrewClass, name: str, *, is_alone: bool
) -> FoundDefinition:
    """The crew that a class makes, with the texts in the YAML that it names and that may be its alone.

    Raises:
        DocumentError: One of the two files cannot be read, or neither.
    """
    agents_path, tasks_path = made_by.agents_path or "", made_by.tasks_path or ""
    notes: list[Note] = []
    agents, tasks = _halves(files, agents_path, tasks_path, notes)
    crew = code.crew(made_by, response_formats(files, folder_of(tasks_path)))
    origin = {"crew": crew.path, **{f"tasks.{name}": tasks_path for name in crew.tasks}}
    origin |= {f"agents.{name}": crew.path for name, made in crew.agents.items() if made.key not in agents}
    origin |= {f"tasks.{name}": crew.path for name, made in crew.tasks.items() if made.key not in tasks}
    document = _crew(agents, tasks, crew, notes)
    notes += _unused(agents, tasks, crew) if is_alone else []
    document |= _inputs(using(code.modules, crew.name), {crew.name}, document, notes)
    found = _found(name, agents_path or tasks_path or crew.path, document, origin, notes)
    return found.model_copy(update={"code": crew.path, "tools": tuple(crew.records)})


def crew_of_script(code: ProjectCode, made: ScriptCrew, name: str) -> FoundDefinition:
    """The crew that a script makes of agents and tasks of its own."""
    crew = code.script(made)
    notes: list[Note] = []
    document = _crew({}, {}, crew, notes)
    if made.is_named_alone:
        document |= _inputs([made.module], {made.variable, "Crew"}, document, notes)
    found = _found(name, crew.path, document, {}, notes)
    return found.model_copy(update={"code": crew.path, "tools": tuple(crew.records)})


def _halves(
    files: SourceFiles, agents_path: str, tasks_path: str, notes: list[Note]
) -> list[dict[str, dict[str, Any]]]:
    unreadable = Unreadable()
    read: list[dict[str, dict[str, Any]]] = []
    for path, kind in ((agents_path, "agents"), (tasks_path, "tasks")):
        read += unreadable.read(path, partial(entries, files, path, kind, notes)) if path else [{}]
    unreadable.require_none()
    return read


def _found(
    name: str, path: str, document: dict[str, Any], origin: Mapping[str, str], notes: list[Note]
) -> FoundDefinition:
    changed, more = from_crewai({"name": name, **document})
    said = understood(changed, origin, path)
    return FoundDefinition(
        name=name, path=path, document=changed, understood=said, notes=(*notes, *more, *code_notes(changed))
    )


def _inputs(
    modules: list[PythonModule], makers: set[str], document: Mapping[str, Any], notes: list[Note]
) -> dict[str, Any]:
    """The inputs that the project's own script gives, as what is filled in at a launch."""
    found = inputs_of(modules, makers, placeholders(document))
    if found is None:
        return {}
    at_launch = f"; {', '.join(found.unknown)} it knows only when it runs: give it at launch" if found.unknown else ""
    notes.append(Note("inputs", f"{', '.join(found.values)} as {found.path} gives it{at_launch}"))
    return {"inputs": found.values}


def _crew(
    agents: dict[str, dict[str, Any]], tasks: dict[str, dict[str, Any]], code: PythonCrew, notes: list[Note]
) -> dict[str, Any]:
    merged_tasks = [{**_merged(f"tasks.{name}", made, tasks, code), "name": name} for name, made in code.tasks.items()]
    needed = {code.crew.get("manager_agent"), *(task.get("agent") for task in merged_tasks)}
    chosen = [name for name in code.agents if code.listed is None or name in code.listed or name in needed]
    merged_agents = {name: _merged(f"agents.{name}", code.agents[name], agents, code) for name in chosen}
    notes += code.notes
    return {**code.crew, "agents": merged_agents, "tasks": merged_tasks}


def _unused(agents: dict[str, Any], tasks: dict[str, Any], code: PythonCrew) -> list[Note]:
    """Entries of the YAML that became nothing, if nothing else was said of them."""
    noted = {note.where for note in code.notes if note.what.startswith("left out")}
    return [
        Note(f"{kind}.{name}", f"left out: {code.path} makes nothing of it")
        for kind, there in (("agents", agents), ("tasks", tasks))
        for name in there
        if name not in {made.key for made in code.makes(kind).values()} and f"{kind}.{name}" not in noted
    ]


def _merged(where: str, made: Made, bodies: Mapping[str, dict[str, Any]], code: PythonCrew) -> dict[str, Any]:
    """The YAML of an agent or a task with what the code sets over it, and names of methods replaced."""
    body = {**bodies.get(made.key, {}), **made.fields}
    tools = body.get("tools")
    if isinstance(tools, list):
        body["tools"] = [code.tools.get(tool, tool) if isinstance(tool, str) else tool for tool in tools]
    for field in ("llm", "function_calling_llm"):
        if isinstance(body.get(field), str):
            body[field] = code.llms.get(body[field], body[field])
    for field in ("callback", "step_callback"):
        if isinstance(body.get(field), str):
            body[field] = code.callbacks.get(body[field], body[field])
    for field in SCHEMA_FIELDS:
        if isinstance(body.get(field), str):
            body[field] = code.schema(body[field], f"{where}.{field}")
    return body
