"""A crew with nothing in it that only CrewLab knows: records written out, and fields that crewAI lacks taken off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crewlab.definitions.interchange.crewai_fields import AGENT, CREW, TASK
from crewlab.definitions.interchange.files_named import notes_on_files
from crewlab.definitions.interchange.lowered_crew import as_crewai
from crewlab.definitions.interchange.memory_for_crewai import with_memory
from crewlab.definitions.interchange.models_for_crewai import with_plain_models
from crewlab.definitions.interchange.notes import Note
from crewlab.definitions.interchange.records import Records
from crewlab.definitions.interchange.tools_for_crewai import with_plain_tools
from crewlab.definitions.knowledge import sources_of_item
from crewlab.definitions.library.tool_records import ToolRecord

_KINDS_OF_CREWAI = ("agent", "Agent", "crewai.Agent", "task", "Task", "crewai.Task", "ConditionalTask")


@dataclass(frozen=True)
class ForCrewai:
    """A crew for crewAI alone: the document, the configured tools that it names, and what became different."""

    document: dict[str, Any]
    tools: Mapping[str, ToolRecord]
    notes: tuple[Note, ...]


def for_crewai(document: Mapping[str, Any], records: Records) -> ForCrewai:
    """The crew as crewAI alone can run it. `${secret:NAME}` stays where it is: what writes it out knows a way.

    Raises:
        DocumentError: Tasks wait for each other in a circle.
    """
    shaped, said = as_crewai(document)
    notes = list(said)
    shaped = with_plain_models(shaped, records.profiles, notes)
    shaped, tools = with_plain_tools(shaped, records, notes)
    plain = _only(shaped, CREW | {"description"}, "crew", notes)
    plain.pop("description", None)  # the files around the crew say it
    plain["agents"] = _each(plain.get("agents"), AGENT, notes, plain.get("llm"))
    agents = plain["agents"].values() if isinstance(plain["agents"], Mapping) else ()
    models = (plain.get("llm"), *(agent.get("llm") for agent in agents if isinstance(agent, Mapping)))
    plain = _with_knowledge(with_memory(plain, "", notes, models), "", notes)
    if isinstance(tasks := plain.get("tasks"), list):
        plain["tasks"] = [
            _only(task, TASK, f"tasks.{task.get('name')}", notes) if isinstance(task, Mapping) else task
            for task in tasks
        ]
    if plain.pop("stream", None):
        notes.append(Note("stream", "left out: crewAI would hand over a stream instead of the output"))
    notes += notes_on_files(plain, "put a copy of {path} beside the crew")
    return ForCrewai(plain, tools, tuple(dict.fromkeys(notes)))


def _each(agents: Any, known: frozenset[str], notes: list[Note], llm: Any) -> Any:
    if not isinstance(agents, Mapping):
        return agents
    found = {}
    for name, agent in agents.items():
        where = f"agents.{name}"
        body = _only(agent, known, where, notes) if isinstance(agent, Mapping) else agent
        own = (body.get("llm"), llm) if isinstance(body, Mapping) else ()
        found[name] = _with_knowledge(with_memory(body, f"{where}.", notes, own), f"{where}.", notes)
    return found


def _only(body: Mapping[str, Any], known: frozenset[str], where: str, notes: list[Note]) -> dict[str, Any]:
    notes += [Note(f"{where}.{field}", "left out: crewAI has no such field") for field in body if field not in known]
    kind = body.get("type")
    if kind is not None and kind not in _KINDS_OF_CREWAI:
        notes.append(Note(f"{where}.type", f"left out: {str(kind)[:80]!r} is code, and CrewLab runs a plain one"))
        body = {field: value for field, value in body.items() if field != "type"}
    return {field: value for field, value in body.items() if field in known and value is not None}


def _with_knowledge(body: Any, where: str, notes: list[Note]) -> Any:
    """Sources in crewAI's words: text, or files in the folder `knowledge`."""
    if not isinstance(body, Mapping) or not isinstance(body.get("knowledge_sources"), list):
        return body
    found = []
    for number, item in enumerate(body["knowledge_sources"]):
        try:
            found += [_source(source.model_dump(exclude_none=True)) for source in sources_of_item(item)]
        except (TypeError, ValueError):
            notes.append(Note(f"{where}knowledge_sources.{number}", "left out: it names no text and no file"))
    return {**body, "knowledge_sources": found}


_KINDS = {".csv": "csv", ".pdf": "pdf", ".json": "json"}


def _source(source: dict[str, Any]) -> dict[str, Any]:
    path = source.pop("path", None)
    if path is None:
        return {"source_type": "string", **source}
    kind = next((kind for ending, kind in _KINDS.items() if path.lower().endswith(ending)), "text_file")
    return {"source_type": kind, "file_paths": [path], **source}
