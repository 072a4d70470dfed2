"""Documents with the models that a launch chose for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crewlab.definitions.overlay import Overlay


def crew_as_launched(document: Mapping[str, Any], overlay: Overlay) -> dict[str, Any]:
    """The crew with the models of the launch; agents that it names as files, or not as objects, stay."""
    agents = document.get("agents")
    found = dict(document)
    if isinstance(agents, Mapping):
        found["agents"] = {name: agent_as_launched(name, agent, overlay) for name, agent in agents.items()}
    if overlay.covers("manager") and found.get("manager_llm"):
        found["manager_llm"] = overlay.choose("manager", None).llm
    return found


def agent_as_launched(name: str, agent: Any, overlay: Overlay) -> Any:
    """The agent with the model of the launch."""
    if not isinstance(agent, Mapping) or not overlay.covers(name):
        return agent
    return {**agent, "llm": overlay.choose(name, None).llm}
