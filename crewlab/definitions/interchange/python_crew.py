"""The Python beside a crew's YAML: which agents and tasks there are, in which order, and what the code sets on them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from crewlab.definitions.interchange.notes import Note
from crewlab.definitions.interchange.python_module import (
    Function,
    PythonModule,
    decorators,
    last_name,
    methods,
    parsed,
    returned,
)
from crewlab.definitions.interchange.python_schemas import NoSchemaError, schema_of
from crewlab.definitions.interchange.python_values import Reader
from crewlab.definitions.interchange.source_files import SourceFiles, folder_of, join
from crewlab.definitions.library.tool_records import ToolRecord

_HOOKS = {"before_kickoff": "before_kickoff_callbacks", "after_kickoff": "after_kickoff_callbacks"}


@dataclass(frozen=True)
class Made:
    """An agent or a task as a method makes it: the key of its YAML, and the fields that the code sets."""

    key: str
    fields: dict[str, Any]


@dataclass
class PythonCrew:
    """What the class of a crew says."""

    name: str
    path: str
    agents: dict[str, Made] = field(default_factory=dict)
    tasks: dict[str, Made] = field(default_factory=dict)
    crew: dict[str, Any] = field(default_factory=dict)
    tools: dict[str, Any] = field(default_factory=dict)
    """Methods that make tools, for YAML that names them."""
    records: list[ToolRecord] = field(default_factory=list)
    """Tools with settings."""
    llms: dict[str, Any] = field(default_factory=dict)
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def schema(self, name: str, where: str) -> Any:
        """The JSON Schema of a class that YAML names; what cannot be read is noted, and stays a reference."""
        try:
            return schema_of(name, self.classes)
        except NoSchemaError as error:
            self.notes.append(Note(where, f"kept as a reference, which is not followed: {error}"))
            return {"python": name}


def python_beside(files: SourceFiles, agents_path: str, tasks_path: str) -> PythonCrew | None:
    """The crew whose code uses these two YAML files; `None` when no code does."""
    modules = list(_modules(files, folder_of(agents_path)))
    for module in modules:
        for owner in module.classes.values():
            if "CrewBase" in decorators(owner) and _uses(module, owner, agents_path, tasks_path):
                return _crew(module, owner, modules)
    return None


def _modules(files: SourceFiles, folder: str) -> Iterator[PythonModule]:
    """The Python files around a folder, the nearest first, and then those elsewhere, for the classes in them."""
    above = folder_of(folder)
    paths = sorted((path for path in files.contents if path.endswith(".py")), key=lambda path: _distance(path, above))
    for path in paths:
        module = parsed(path, files.contents[path].decode("utf-8", "replace"))
        if module is not None:
            yield module


def _distance(path: str, folder: str) -> tuple[bool, int, str]:
    return folder_of(path) != folder, path.count("/"), path


def _uses(module: PythonModule, owner: ast.ClassDef, agents_path: str, tasks_path: str) -> bool:
    """Whether the class names these files, or says nothing and has them where crewAI looks."""
    said = {"agents_config": "config/agents.yaml", "tasks_config": "config/tasks.yaml"}
    for node in owner.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            said.update({last_name(target): str(node.value.value) for target in node.targets})
    folder, wanted = folder_of(module.path), (agents_path, tasks_path)
    beside = tuple(join(folder, path.rpartition("/")[2]) for path in said.values())  # as several uploads are
    return tuple(join(folder, path) for path in said.values()) == wanted or beside == wanted


def _crew(module: PythonModule, owner: ast.ClassDef, modules: Iterable[PythonModule]) -> PythonCrew:
    classes = {name: node for each in modules for name, node in each.classes.items()} | module.classes
    found = PythonCrew(owner.name, module.path, classes=classes)
    named = {each.name: each for each in methods(owner)}
    reader = Reader(module, named, classes, found.notes, found.records)
    for function in methods(owner):
        for decorator in decorators(function) & set(_ROLES):
            _ROLES[decorator](found, reader.inside(function), function)
    return found


def _agent(found: PythonCrew, reader: Reader, function: Function) -> None:
    if made := _made(found, reader, function, f"agents.{function.name}"):
        found.agents[function.name] = made


def _task(found: PythonCrew, reader: Reader, function: Function) -> None:
    if made := _made(found, reader, function, f"tasks.{function.name}"):
        found.tasks[function.name] = made


def _made(found: PythonCrew, reader: Reader, function: Function, where: str) -> Made | None:
    """What a method returns: a call of `Agent` or `Task` or of a class of the like."""
    call = reader.resolved(returned(function))
    if not isinstance(call, ast.Call):
        found.notes.append(Note(where, f"left out: {found.path} makes it in a way that is known only when it runs"))
        return None
    fields = reader.fields(call, where)
    kind = last_name(call.func)
    if kind == "ConditionalTask":
        fields["type"] = kind
    elif kind not in ("Agent", "Task"):
        found.notes.append(Note(where, f"made as a plain one: the class {kind[:80]} is code, which is not run"))
    return Made(_config_key(call, function.name), fields)


def _config_key(call: ast.Call, usual: str) -> str:
    """`x` of `config=self.agents_config["x"]`, or of `**self.agents_config["x"]`; empty where there is no YAML.

    YAML that is named in any other way is that of the `usual` name.
    """
    configured = [keyword.value for keyword in call.keywords if keyword.arg in ("config", None)]
    for node in configured:
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            return str(node.slice.value)
    return usual if configured else ""


def _whole(found: PythonCrew, reader: Reader, function: Function) -> None:
    """The call of `Crew`: its settings, and which agents and tasks it takes."""
    call = reader.resolved(returned(function))
    if not isinstance(call, ast.Call):
        found.notes.append(Note("crew", f"left out: {found.path} makes it in a way that is known only when it runs"))
        return
    parts = [keyword for keyword in call.keywords if keyword.arg in ("agents", "tasks")]
    rest = ast.Call(call.func, [], [keyword for keyword in call.keywords if keyword not in parts])
    found.crew.update(reader.fields(rest, "crew"))
    for keyword in parts:
        names = reader.names_in_list(keyword.value)
        known = found.agents if keyword.arg == "agents" else found.tasks
        if names is not None and set(names) <= set(known):
            kept = {name: known[name] for name in names}
            known.clear()
            known.update(kept)


def _tool(found: PythonCrew, reader: Reader, function: Function) -> None:
    if returned(function) is not None:
        own = ast.Call(ast.Name(function.name), [], [])  # as an agent calls it, so that it keeps its name
        listed = reader.fields(_call("tools", ast.List([own])), f"tools.{function.name}")
        if listed.get("tools"):
            found.tools[function.name] = listed["tools"][0]


def _llm(found: PythonCrew, reader: Reader, function: Function) -> None:
    node = returned(function)
    if node is not None:
        read = reader.fields(_call("llm", node), f"llm.{function.name}")
        if "llm" in read:
            found.llms[function.name] = read["llm"]


def _hook(found: PythonCrew, reader: Reader, function: Function) -> None:
    """Kept as a reference that nothing follows, so that the crew does not silently run without it."""
    for decorator in decorators(function) & set(_HOOKS):
        path = reader.module.reference(f"{found.name}.{function.name}")
        found.crew.setdefault(_HOOKS[decorator], []).append({"python": path})


def _call(name: str, node: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name), [], [ast.keyword(name, node)])


_ROLES = {
    "agent": _agent,
    "task": _task,
    "crew": _whole,
    "tool": _tool,
    "llm": _llm,
    "before_kickoff": _hook,
    "after_kickoff": _hook,
}
