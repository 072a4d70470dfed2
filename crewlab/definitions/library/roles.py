"""The catalogue of roles: who an agent may be, with goals and a backstory to begin with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter

_FILE = Path(__file__).with_suffix(".json")


class Role(BaseModel):
    """One entry; the texts are a beginning, to be edited like any other."""

    model_config = ConfigDict(frozen=True)

    role: str
    area: str
    goals: tuple[str, ...]
    """Most important first. They may ask for inputs in braces."""
    backstory: str


@cache
def role_catalogue() -> Mapping[str, Role]:
    """Every role by its name, area by area."""
    found = TypeAdapter(list[Role]).validate_python(json.loads(_FILE.read_text(encoding="utf-8")))
    return {entry.role: entry for entry in found}


def with_role(agent: Mapping[str, Any], role: str) -> dict[str, Any]:
    """The agent in another role; from the catalogue, it brings goals and backstory where the agent has none."""
    changed, entry = {**agent, "role": role}, role_catalogue().get(role)
    if entry is None:
        return changed
    if not agent.get("goal") and not agent.get("goals"):
        changed["goal"], *further = entry.goals
        changed |= {"goals": further} if further else {}
    if not agent.get("backstory"):
        changed["backstory"] = entry.backstory
    return changed
