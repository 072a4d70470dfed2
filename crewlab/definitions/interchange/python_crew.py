"""A crew that Python makes: which agents and tasks there are, in which order, and what the code sets on them."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crewlab.definitions.interchange.notes import Note
from crewlab.definitions.interchange.python_configs import config_entry, is_entry_field
from crewlab.definitions.interchange.python_module import Function, decorators, last_name, returned, returns
from crewlab.definitions.interchange.python_schemas import NoSchemaError, schema_of
from crewlab.definitions.interchange.python_strings import said
from crewlab.definitions.interchange.python_values import Reader
from crewlab.definitions.library.tool_records import ToolRecord

_HOOKS = {"before_kickoff": "before_kickoff_callbacks", "after_kickoff": "after_kickoff_callbacks"}
_PARTS = {"agents": "Agent", "tasks": "Task"}


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
    listed: set[str] | None = None
    """The agents that the crew is given; `None` for all."""
    crew: dict[str, Any] = field(default_factory=dict)
    tools: dict[str, Any] = field(default_factory=dict)
    """Methods that make tools, for YAML that names them."""
    records: list[ToolRecord] = field(default_factory=list)
    """Tools with settings."""
    llms: dict[str, Any] = field(default_factory=dict)
    callbacks: dict[str, Any] = field(default_factory=dict)
    """Methods that are called back, for YAML that names them."""
    classes: Mapping[str, ast.ClassDef] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def schema(self, name: str, where: str) -> Any:
        """The JSON Schema of a class that YAML names; what cannot be read is noted, and stays a reference."""
        try:
            return schema_of(name, self.classes)
        except NoSchemaError as error:
            self.notes.append(Note(where, f"kept as a reference, which is not followed: {error}"))
            return {"python": name}

    def note(self, where: str, what: str) -> None:
        """Say once what is not as it was."""
        if Note(where, what) not in self.notes:
            self.notes.append(Note(where, what))

    def makes(self, kind: str) -> dict[str, Made]:
        """Its `agents` or its `tasks`."""
        return self.agents if kind == "agents" else self.tasks


def read_class(found: PythonCrew, reader: Reader) -> None:
    """What the methods of a class say that crewAI's own decorators mark; the crew itself comes last."""
    own = reader.scope.methods.values()
    for function in own:
        for decorator in decorators(function) & set(_ROLES):
            _ROLES[decorator](found, reader.inside(function), function)
    for function in own:
        if "crew" in decorators(function):
            read_whole(found, reader.inside(function), returned(function))


def read_whole(found: PythonCrew, reader: Reader, node: ast.expr | None) -> None:
    """The call of `Crew`: its settings, and which agents and tasks it takes."""
    call = reader.resolved(node)
    if not isinstance(call, ast.Call):
        found.notes.append(Note("crew", f"left out: {found.path} makes it in a way that is known only when it runs"))
        return
    parts = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg in _PARTS}
    rest = ast.Call(call.func, [], [keyword for keyword in call.keywords if keyword.arg not in parts])
    found.crew.update(reader.fields(rest, "crew"))
    listed = {kind: _listed(found, reader, kind, node) for kind, node in parts.items()}
    if listed.get("tasks") is not None:
        kept = {name: found.tasks[name] for name in listed["tasks"] or ()}
        found.tasks.clear()
        found.tasks.update(kept)
    found.listed = None if listed.get("agents") is None else set(listed["agents"] or ())
    for named in [found.crew.get("manager_agent"), *(made.fields.get("agent") for made in found.tasks.values())]:
        _made_of(found, reader, "agents", named)


def _listed(found: PythonCrew, reader: Reader, kind: str, node: ast.expr) -> list[str] | None:
    """The names in a list of agents or tasks; `None` for all that there are, such as those of `self.tasks`."""
    if last_name(node) == kind and isinstance(node, ast.Attribute):
        return None
    names = reader.names_in(node)
    if names is not None and all(_made_of(found, reader, kind, name) for name in names):
        return list(dict.fromkeys(names))
    found.notes.append(Note(f"crew.{kind}", f"all of them: which ones is known only when Python runs ({said(node)})"))
    return None


def _made_of(found: PythonCrew, reader: Reader, kind: str, name: Any) -> bool:
    """Whether there is an agent or a task of this name, once one is read that no decorator marks."""
    if not isinstance(name, str) or name in found.makes(kind):
        return isinstance(name, str)
    function = reader.scope.methods.get(name)
    inner = reader.inside(function) if function else reader
    call = reader.resolved(returned(function) if function else ast.Name(name))
    if not isinstance(call, ast.Call) or not last_name(call.func).endswith(_PARTS[kind]):
        return False
    found.makes(kind)[name] = read_call(found, inner, call, f"{kind}.{name}", name)
    return True


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
    if returns(function) > 1:
        found.notes.append(Note(where, f"as {said(call)}: {found.path} can make it in other ways, too"))
    return read_call(found, reader, call, where, function.name)


def read_call(found: PythonCrew, reader: Reader, call: ast.Call, where: str, name: str) -> Made:
    """The fields that a call of `Agent` or `Task` sets."""
    fields = {**_beside_the_entry(call, reader, where), **reader.fields(call, where)}
    kind = last_name(call.func)
    if kind == "ConditionalTask":
        fields["type"] = kind
    elif kind not in ("Agent", "Task"):
        found.notes.append(Note(where, f"made as a plain one: the class {kind[:80]} is code, which is not run"))
    return Made(_config_key(call, reader, name), fields)


def _beside_the_entry(call: ast.Call, reader: Reader, where: str) -> dict[str, Any]:
    """What the code adds to an entry of the YAML: `llm` of `dict(self.agents_config["x"], llm=...)`."""
    node = reader.resolved(next((each.value for each in call.keywords if each.arg in ("config", None)), None))
    if isinstance(node, ast.Dict):
        names = [each.value if isinstance(each, ast.Constant) else None for each in node.keys]
        pairs = zip(names, node.values, strict=True)
        added = [ast.keyword(name, value) for name, value in pairs if isinstance(name, str)]
    elif isinstance(node, ast.Call) and last_name(node.func) == "dict":
        added = node.keywords
    elif isinstance(node, ast.Call) and last_name(node.func) not in ("get", "copy", "deepcopy"):
        reader.notes.append(
            Note(where, f"as the YAML says it; what {said(node)} makes of it is known when Python runs")
        )
        return {}
    else:
        return {}
    return reader.fields(ast.Call(ast.Name("dict"), [], added), where)


def _config_key(call: ast.Call, reader: Reader, usual: str) -> str:
    """`x` of `config=self.agents_config["x"]`, or of any other use of it; empty where there is no YAML.

    YAML that is named in any other way is that of the `usual` name.
    """
    configured = [each.value for each in call.keywords if each.arg in ("config", None)]
    used = [each.value for each in call.keywords if each.arg and is_entry_field(each.value, each.arg)]
    keys = (config_entry(each, reader.scope) for each in [*configured, *used])
    return next(filter(None, keys), usual if configured else "")


def _tool(found: PythonCrew, reader: Reader, function: Function) -> None:
    if returned(function) is not None:
        own = ast.Call(
            ast.Attribute(ast.Name("self"), function.name), [], []
        )  # as an agent calls it: it keeps its name
        listed = reader.fields(_call("tools", ast.List([own])), f"tools.{function.name}")
        if listed.get("tools"):
            found.tools[function.name] = listed["tools"][0]


def _llm(found: PythonCrew, reader: Reader, function: Function) -> None:
    node = returned(function)
    if node is not None:
        read = reader.fields(_call("llm", node), f"llm.{function.name}")
        if "llm" in read:
            found.llms[function.name] = read["llm"]


def _callback(found: PythonCrew, reader: Reader, function: Function) -> None:
    """Kept as a reference, as any other function is."""
    found.callbacks[function.name] = {"python": reader.scope.module.reference(f"{found.name}.{function.name}")}


def _hook(found: PythonCrew, reader: Reader, function: Function) -> None:
    """Kept as a reference that nothing follows, so that the crew does not silently run without it."""
    for decorator in decorators(function) & set(_HOOKS):
        path = reader.scope.module.reference(f"{found.name}.{function.name}")
        found.crew.setdefault(_HOOKS[decorator], []).append({"python": path})


def _call(name: str, node: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name), [], [ast.keyword(name, node)])


_ROLES = {
    "agent": _agent,
    "task": _task,
    "tool": _tool,
    "llm": _llm,
    "callback": _callback,
    "before_kickoff": _hook,
    "after_kickoff": _hook,
}
