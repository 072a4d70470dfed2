"""What a crew asks of the flow that runs it: its placeholders and the names of its tasks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from crewlab.definitions.placeholders import crew_placeholders
from crewlab.definitions.shape import in_crew_shape


class Asked(NamedTuple):
    """What has to be known of a crew to wire it."""

    places: dict[str, str]
    """Its placeholders, each with the first place that uses it."""
    needed: tuple[str, ...]
    """Those that have no default."""
    tasks: tuple[str, ...]


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
    names = [str(task.get("name")) for task in tasks if isinstance(task, dict)] if isinstance(tasks, list) else []
    return Asked(places, tuple(name for name in places if name not in given), tuple(names))
