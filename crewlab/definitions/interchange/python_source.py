"""A crew as Python that needs nothing but crewAI."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crewlab.definitions.interchange.for_crewai import ForCrewai
from crewlab.definitions.interchange.notes import Note
from crewlab.definitions.interchange.python_text import Code, call, identifiers, is_dotted, literal
from crewlab.definitions.library.tool_catalogue import tool_specs
from crewlab.definitions.library.tool_records import ToolRecord
from crewlab.definitions.rules.subject import is_python_reference
from crewlab.secrets.references import names_in

_MODELS = ("llm", "manager_llm", "planning_llm", "function_calling_llm", "chat_llm")
_TAKEN = ("crew", "main", "os", "sys", "Agent", "Crew", "LLM", "Process", "Task")


class PythonSource:
    """The text of a module with one function `crew()`, and what could not be said in it."""

    def __init__(self, made: ForCrewai) -> None:
        self._document, self._records = made.document, made.tools
        self._imports: dict[str, set[str]] = {"crewai": {"Agent", "Crew", "Process", "Task"}}
        self.notes: list[Note] = []
        self.tool_types: set[str] = set()
        agents, tasks = made.document.get("agents"), made.document.get("tasks")
        self._agents: Mapping[str, Any] = agents if isinstance(agents, Mapping) else {}
        self._tasks = [task for task in tasks if isinstance(task, Mapping)] if isinstance(tasks, list) else []
        self._names = identifiers([*map(_agent, self._agents), *(_task(task) for task in self._tasks)], _TAKEN)

    def text(self) -> str:
        """The module."""
        body = [self._agent(name, agent) for name, agent in self._agents.items()]
        body += [self._task(task) for task in self._tasks]
        body += [self._crew()]
        inputs = literal(self._document.get("inputs") or {})
        function = "\n".join(["def crew() -> Crew:", '    """The crew, made anew."""', *body])
        return f"{self._import_lines()}\n\nINPUTS = {inputs}\n\n\n{function}\n"

    def _import_lines(self) -> str:
        lines = [f"from {module} import {', '.join(sorted(names))}" for module, names in sorted(self._imports.items())]
        needs_os = any(names_in(self._document)) or any(
            names_in([record.configuration, record.environment]) for record in self._records.values()
        )
        return "\n".join([*(["import os", ""] if needs_os else []), *lines])

    def _agent(self, name: str, agent: Any) -> str:
        fields = {key: self._value(f"agents.{name}", key, value) for key, value in _fields(agent)}
        return f"    {self._names[_agent(name)]} = {call('Agent', _kept(fields), 4)}"

    def _task(self, task: Mapping[str, Any]) -> str:
        where = f"tasks.{task.get('name')}"
        fields = {key: self._value(where, key, value) for key, value in _fields(task)}
        return f"    {self._names[_task(task)]} = {call('Task', _kept(fields), 4)}"

    def _crew(self) -> str:
        own = {key: value for key, value in self._document.items() if key not in ("agents", "tasks", "inputs")}
        manager = own.get("manager_agent")
        workers = [Code(self._names[_agent(name)]) for name in self._agents if name != manager]
        tasks = [Code(self._names[_task(task)]) for task in self._tasks]
        fields = {key: self._value("crew", key, value) for key, value in own.items()}
        return f"    return {call('Crew', {'agents': workers, 'tasks': tasks, **_kept(fields)}, 4)}"

    def _value(self, where: str, field: str, value: Any) -> Any:
        """A field as Python; `None` when it cannot be said."""
        if field == "process":
            return Code(f"Process.{'hierarchical' if value == 'hierarchical' else 'sequential'}")
        if field in ("agent", "manager_agent") and isinstance(value, str):
            return self._named(where, field, _agent(value))
        if field == "context" and isinstance(value, list):
            return [name for each in value if (name := self._named(where, field, f"task {each}")) is not None]
        if field in _MODELS and isinstance(value, Mapping):
            self._imports["crewai"].add("LLM")
            return Code(call("LLM", value, 8))
        if field == "tools" and isinstance(value, list):
            return [tool for each in value if (tool := self._tool(where, each)) is not None]
        if field == "mcps" and isinstance(value, list):
            return [self._server(each) for each in value]
        return self._plain(f"{where}.{field}", value)

    def _named(self, where: str, field: str, name: str) -> Code | None:
        if name in self._names:
            return Code(self._names[name])
        self.notes.append(Note(f"{where}.{field}", f"left out: there is no {name[:80]}"))
        return None

    def _plain(self, where: str, value: Any) -> Any:
        """References to code become imports, wherever they are in a field."""
        if is_python_reference(value):
            return self._imported(where, value["python"])
        if isinstance(value, list):
            return [found for item in value if (found := self._plain(where, item)) is not None]
        return value

    def _imported(self, where: str, reference: str) -> Code | None:
        module, _, name = reference.replace(":", ".").rpartition(".")
        if not (is_dotted(module) and is_dotted(name)) or name in _TAKEN:
            self.notes.append(Note(where, f"left out: {reference[:80]!r} names no function in a module"))
            return None
        self._imports.setdefault(module, set()).add(name)
        self.notes.append(Note(where, f"imports {name} from {module}, which has to be beside the file"))
        return Code(name)

    def _tool(self, where: str, tool: Any) -> Any:
        record = self._records.get(tool) if isinstance(tool, str) else None
        kind = record.type if record else tool
        if not isinstance(kind, str) or kind not in tool_specs():
            self.notes.append(Note(f"{where}.tools", f"left out: crewai_tools has no tool {str(kind)[:80]!r}"))
            return None
        self._imports.setdefault("crewai_tools", set()).add(kind)
        self.tool_types.add(kind)
        if record and record.environment:
            variables = ", ".join(record.environment)
            self.notes.append(Note(f"{where}.tools", f"{record.name} needs the variables {variables}: set them"))
        return Code(call(kind, _settings(record) if record else {}, 12))

    def _server(self, server: Any) -> Any:
        if not isinstance(server, Mapping):
            return server
        kind = (
            "MCPServerStdio" if "command" in server else "MCPServerHTTP" if "streamable" in server else "MCPServerSSE"
        )
        self._imports.setdefault("crewai.mcp", set()).add(kind)
        return Code(call(kind, server, 12))


def _settings(record: ToolRecord) -> dict[str, Any]:
    """What the tool is made with, and what crewAI can set on every tool."""
    given = {name: value for name, value in record.configuration.items() if value not in (None, "")}
    limits = {"max_usage_count": record.max_usage_count, "result_as_answer": record.result_as_answer}
    return {**given, **{name: value for name, value in limits.items() if value}}


def _fields(body: Any) -> list[tuple[str, Any]]:
    return [(str(key), value) for key, value in body.items() if key != "type"] if isinstance(body, Mapping) else []


def _kept(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value is not None}


def _agent(name: Any) -> str:
    return f"agent {name}"


def _task(task: Mapping[str, Any]) -> str:
    return f"task {task.get('name')}"
