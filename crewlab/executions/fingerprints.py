"""What a definition says of itself for others: crewAI's fingerprints, as attributes of the spans of a trace."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from crewlab.definitions.lining_up import agents_of, tasks_of


class Fingerprints:
    """The metadata in the `security_config` of a crew, of its agents and of its tasks."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.crew = _metadata(document)
        self._agents = {name: found for name, agent in agents_of(document).items() if (found := _metadata(agent))}
        self._tasks = {name: found for name, task in tasks_of(document).items() if (found := _metadata(task))}

    def of(self, task: str | None, agent: str | None) -> dict[str, str | int | float | bool]:
        """Those of an agent and of the task that it works on; the task's win."""
        return {**self._agents.get(agent or "", {}), **self._tasks.get(task or "", {})}


def _metadata(part: Mapping[str, Any]) -> dict[str, str | int | float | bool]:
    place: Any = part
    for name in ("security_config", "fingerprint", "metadata"):
        place = place.get(name) if isinstance(place, Mapping) else None
    items = place.items() if isinstance(place, Mapping) else ()
    return {f"crewlab.fingerprint.{name}": _value(value) for name, value in items if value is not None}


def _value(value: Any) -> str | int | float | bool:
    return value if isinstance(value, str | int | float | bool) else json.dumps(value, default=str)
