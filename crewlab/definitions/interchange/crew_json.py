"""A crew as crewAI's own projects have it: `crew.jsonc` and one file for each agent in `agents/`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crewlab.definitions.documents import read_document
from crewlab.definitions.interchange.asynchronous import from_crewai
from crewlab.definitions.interchange.code_notes import code_notes
from crewlab.definitions.interchange.found import FoundDefinition, understood
from crewlab.definitions.interchange.notes import Note
from crewlab.definitions.interchange.source_files import SourceFiles, folder_of, join
from crewlab.definitions.shape import in_crew_shape


def crew_of_json(files: SourceFiles, path: str, default_name: str) -> FoundDefinition:
    """The crew in the file at `path`, with its agents put in.

    Raises:
        DocumentError: A file of the crew cannot be read.
    """
    document = read_document(files.text(path), source=path)
    reader = _Agents(files, join(folder_of(path), "agents"))
    agents = reader.named(document.get("agents"))
    manager = document.get("manager_agent")
    if isinstance(manager, str) and isinstance(agents, dict) and manager not in agents and reader.has(manager):
        agents = {**agents, **reader.named([manager])}
    shaped = in_crew_shape({**document, "agents": agents} if "agents" in document else document)
    named = {"name": default_name, **{key: value for key, value in shaped.items() if value is not None}}
    changed, notes = from_crewai(named)
    return FoundDefinition(
        name=str(changed["name"]),
        path=path,
        document=changed,
        understood=understood(changed, reader.origins, path),
        notes=(*reader.notes, *reader.unused(), *notes, *code_notes(changed)),
    )


class _Agents:
    """The agents of one crew, looked up by the names that the crew lists."""

    def __init__(self, files: SourceFiles, folder: str) -> None:
        self._files, self._folder = files, folder
        self.origins: dict[str, str] = {}
        self.notes: list[Note] = []

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
        lying = self._files.within(self._folder, ".jsonc", ".json")
        return [Note(path, "left out: the crew lists no such agent") for path in lying if path not in self._used]

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
        return {name: read_document(self._files.text(path), source=path)}

    def _path(self, name: str) -> str | None:
        plain = f"{self._folder}/{name}"
        return self._files.first(f"{plain}.jsonc", f"{plain}.json")
