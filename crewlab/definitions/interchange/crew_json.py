"""A crew as crewAI's own projects have it: `crew.jsonc` and one file for each agent in `agents/`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crewlab.definitions.interchange.asynchronous import from_crewai
from crewlab.definitions.interchange.code_notes import code_notes
from crewlab.definitions.interchange.configured_tools import name_for, tool_of_file, tool_record
from crewlab.definitions.interchange.found import FoundDefinition, understood
from crewlab.definitions.interchange.notes import Note
from crewlab.definitions.interchange.source_files import SourceFiles, folder_of, join
from crewlab.definitions.interchange.unreadable import Unreadable
from crewlab.definitions.library.tool_records import ToolRecord
from crewlab.definitions.notation.text import read_document
from crewlab.definitions.shape import in_crew_shape


def crew_of_json(files: SourceFiles, path: str, default_name: str) -> FoundDefinition:
    """The crew in the file at `path`, with its agents put in.

    Raises:
        DocumentError: Files of the crew cannot be read: it names each.
    """
    reader = _Agents(files, join(folder_of(path), "agents"))
    document = reader.crew(path)
    agents = reader.named(document.get("agents"))
    manager = document.get("manager_agent")
    if isinstance(manager, str) and isinstance(agents, dict) and manager not in agents and reader.has(manager):
        agents = {**agents, **reader.named([manager])}
    reader.unreadable.require_none()
    shaped = in_crew_shape({**document, "agents": agents} if "agents" in document else document)
    named = {"name": default_name, **{key: value for key, value in shaped.items() if value is not None}}
    tools = _Tools(files, folder_of(path))
    changed, notes = from_crewai(tools.named(named))
    return FoundDefinition(
        name=str(changed["name"]),
        path=path,
        document=changed,
        understood=understood(changed, reader.origins, path),
        tools=tuple(tools.found.values()),
        notes=(*reader.notes, *reader.unused(), *tools.notes, *notes, *code_notes(changed)),
    )


class _Tools:
    """Tools with settings, as crewAI's projects write them: an object, or a file as an export of CrewLab makes it."""

    def __init__(self, files: SourceFiles, folder: str) -> None:
        self._files, self._folder = files, folder
        self.found: dict[str, ToolRecord] = {}
        self.notes: list[Note] = []

    def named(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The document with names of records in their place, where they can be ones."""
        found = dict(document)
        if isinstance(agents := found.get("agents"), Mapping):
            found["agents"] = {name: self._body(body, f"agents.{name}") for name, body in agents.items()}
        if isinstance(tasks := found.get("tasks"), list):
            found["tasks"] = [self._body(task, "tasks") for task in tasks]
        return found

    def _body(self, body: Any, where: str) -> Any:
        if not isinstance(body, Mapping) or not isinstance(body.get("tools"), list):
            return body
        return {**body, "tools": [self._tool(tool, f"{where}.tools") for tool in body["tools"]]}

    def _tool(self, tool: Any, where: str) -> Any:
        record = self._record(tool)
        if record is None or self.found.setdefault(record.name, record) != record:
            return tool
        self.notes.append(
            Note(where, f"the settings of a {record.type} become the tool {record.name!r} of the Library")
        )
        return record.name

    def _record(self, tool: Any) -> ToolRecord | None:
        if isinstance(tool, Mapping) and str(tool.get("tool_type", "")).startswith("crewai_tools."):
            kind = str(tool["tool_type"]).rpartition(".")[2]
            return tool_record(name_for(kind), kind, {key: item for key, item in tool.items() if key != "tool_type"})
        if isinstance(tool, str) and tool.startswith("custom:"):
            name = tool.removeprefix("custom:")
            path = join(self._folder, f"tools/{name}.py")
            known = tool_of_file(path, self._files.text(path)) if path in self._files.contents else None
            return tool_record(name, *known) if known else None
        return None


class _Agents:
    """The agents of one crew, looked up by the names that the crew lists."""

    def __init__(self, files: SourceFiles, folder: str) -> None:
        self._files, self._folder = files, folder
        self.origins: dict[str, str] = {}
        self.notes: list[Note] = []
        self.unreadable = Unreadable()

    def crew(self, path: str) -> dict[str, Any]:
        """The document of the crew; one that cannot be read lists no agents, so that all there are count as its own."""
        found = self._document(path)
        for lying in () if found else self._lying():
            self._document(lying)
        if not found:
            self.unreadable.require_none()
        return found[0]

    def has(self, name: str) -> bool:
        return self._path(name) is not None

    def named(self, agents: Any) -> Any:
        """Names become the agents in their files; agents that are written out stay."""
        if not isinstance(agents, list) or not any(isinstance(agent, str) for agent in agents):
            return agents
        found: dict[str, Any] = {}
        for agent in agents:
            if isinstance(agent, str):
                found.update(self._read(agent))
            elif isinstance(written := in_crew_shape({"agents": [agent]})["agents"], Mapping):
                found.update(written)
        return found

    def unused(self) -> list[Note]:
        """Files of agents that the crew does not list."""
        said = "left out: the crew lists no such agent"
        return [Note(path, said) for path in self._lying() if path not in self._used]

    def _lying(self) -> list[str]:
        return list(self._files.within(self._folder, ".jsonc", ".json"))

    def _document(self, path: str) -> tuple[dict[str, Any], ...]:
        return self.unreadable.read(path, lambda: read_document(self._files.text(path), source=path))

    @property
    def _used(self) -> set[str]:
        return set(self.origins.values())

    def _read(self, name: str) -> dict[str, Any]:
        path = self._path(name)
        if path is None:
            what = f"not found: there is neither {self._folder}/{name[:80]}.jsonc nor .json"
            self.notes.append(Note(f"agents.{name}", what))
            return {}
        self.origins[f"agents.{name}"] = path
        found = self._document(path)
        return {name: found[0]} if found else {}

    def _path(self, name: str) -> str | None:
        plain = f"{self._folder}/{name}"
        return self._files.first(f"{plain}.jsonc", f"{plain}.json")
