"""Which fields of an agent in a document reach crewAI, and which cannot be carried out yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crewlab.definitions.crew import AgentDocument
from crewlab.definitions.rules.unsupported import AGENT_CHANGES
from crewlab.errors import BuildError

_PASSED = frozenset(
    {
        "role",
        "goal",
        "backstory",
        "allow_delegation",
        "cache",
        "date_format",
        "inject_date",
        "max_execution_time",
        "max_iter",
        "prompt_template",
        "respect_context_window",
        "response_template",
        "system_template",
        "tool_failure_policy",
        "use_better_compaction",
        "use_system_prompt",
    }
)


def agent_fields(name: str, agent: AgentDocument) -> dict[str, Any]:
    """The arguments for crewAI's agent, without its model and tools. Fields that only concern display are left out.

    Raises:
        BuildError: The agent uses a feature that cannot be run; leaving it out would change what is measured.
    """
    given = {field: value for field, value in agent.model_dump().items() if value is not None}
    refuse(f"The agent {name!r}", given, AGENT_CHANGES)
    return {field: value for field, value in given.items() if field in _PASSED}


def refuse(who: str, given: Mapping[str, Any], features: Iterable[str]) -> None:
    """Raise BuildError if any of these features is asked for."""
    used = [feature for feature in features if given.get(feature)]
    if used:
        raise BuildError(f"{who} uses {', '.join(used)}, which CrewLab cannot run yet.", "Remove it to run the crew.")
