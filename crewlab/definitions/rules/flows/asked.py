"""What a crew asks of the flow that runs it, and what it answers: placeholders, tasks, and the fields of their JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from crewlab.definitions.crew import SCHEMA_FIELDS
from crewlab.definitions.placeholders import crew_placeholders
from crewlab.definitions.shape import in_crew_shape

_OPEN = ("additionalProperties", "patternProperties", "allOf", "anyOf", "oneOf", "$ref")
"""What makes fields of a schema possible that it does not list."""


class Answer(NamedTuple):
    """What a task answers with."""

    key: str | None
    """Where its fields are in what a step reads, `json_dict` or `pydantic`; nothing where it answers in text."""
    fields: tuple[str, ...] = ()
    """Their names, where its schema says them all."""
    is_certain: bool = True
    """Whether it always runs."""


class Asked(NamedTuple):
    """What has to be known of a crew to wire it."""

    places: dict[str, str]
    """Its placeholders, each with the first place that uses it."""
    needed: tuple[str, ...]
    """Those that have no default."""
    tasks: tuple[str, ...]
    answers: tuple[Answer, ...]
    """Of each task, in the same order."""


def asked_of(document: Mapping[str, Any]) -> Asked:
    """What this crew asks for; looked at once for the same content, for as long as it is remembered."""
    return _asked(json.dumps(document, default=str))


@lru_cache(maxsize=512)
def _asked(text: str) -> Asked:
    document = in_crew_shape(json.loads(text))
    places = {name: found[0] for name, found in crew_placeholders(document).items()}
    defaults = document.get("inputs")
    given = {name for name, value in defaults.items() if value is not None} if isinstance(defaults, dict) else set()
    tasks = document.get("tasks")
    sound = [task for task in tasks if isinstance(task, dict)] if isinstance(tasks, list) else []
    names = tuple(str(task.get("name")) for task in sound)
    return Asked(places, tuple(name for name in places if name not in given), names, tuple(map(_answer, sound)))


def _answer(task: Mapping[str, Any]) -> Answer:
    schema = next((task[field] for field in SCHEMA_FIELDS if task.get(field)), None)
    if schema is None:
        return Answer(None, is_certain=not task.get("condition"))
    key = "pydantic" if task.get("output_pydantic") else "json_dict"
    return Answer(key, _fields(schema), not task.get("condition"))


def _fields(schema: Any) -> tuple[str, ...]:
    """The fields of a schema that says them all; none where others may be, or it is put together from parts."""
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(properties, dict) or any(schema.get(word) for word in _OPEN):
        return ()
    return tuple(properties)
