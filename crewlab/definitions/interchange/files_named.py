"""Files in data/files that a crew names: they stay here when the crew goes elsewhere, so that is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from crewlab.definitions.interchange.notes import Note
from crewlab.definitions.shape import in_crew_shape
from crewlab.definitions.skills import is_skill_text


def notes_on_files(document: Mapping[str, Any], what: str) -> list[Note]:
    """A note for each file or folder; `what` says what to do with it, as in "put {path} beside the crew"."""
    return [Note(where, what.format(path=f"data/files/{path}")) for where, path in _named(in_crew_shape(document))]


def _named(shaped: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for field in ("prompt_file", "trained_agents_file"):
        if isinstance(shaped.get(field), str):
            yield field, shaped[field]
    agents, tasks = shaped.get("agents"), shaped.get("tasks")
    bodies = agents.items() if isinstance(agents, Mapping) else ()
    for where, body in [("", shaped), *((f"agents.{name}.", body) for name, body in bodies)]:
        yield from _skills(where, body)
    for task in tasks if isinstance(tasks, list) else ():
        given = task.get("input_files") if isinstance(task, Mapping) else None
        for name, value in given.items() if isinstance(given, Mapping) else ():
            path = value.get("path") if isinstance(value, Mapping) else value
            if isinstance(path, str):
                yield f"tasks.{task.get('name')}.input_files.{name}", path


def _skills(where: str, body: Any) -> Iterator[tuple[str, str]]:
    skills = body.get("skills") if isinstance(body, Mapping) else None
    for skill in skills if isinstance(skills, list) else ():
        if isinstance(skill, str) and not is_skill_text(skill):
            yield f"{where}skills", skill
