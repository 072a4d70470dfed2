"""Which fields of an agent in a document reach crewAI, and which cannot be carried out yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crewai.agent.planning_config import PlanningConfig

from crewlab.definitions.crew import AgentDocument
from crewlab.definitions.rules import deprecated
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
        "planning",
        "planning_config",
        "prompt_template",
        "respect_context_window",
        "response_template",
        "security_config",
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
    given = {field: value for field, value in agent.as_written().items() if value is not None}
    refuse(f"The agent {name!r}", given, [*AGENT_CHANGES, *deprecated.MEANINGFUL])
    fields = {field: value for field, value in given.items() if field in _PASSED} | {"goal": agent.whole_goal}
    if isinstance(config := fields.get("planning_config"), Mapping):
        fields["planning_config"] = planning_config(config)
    return fields


def planning_config(config: Mapping[str, Any]) -> PlanningConfig:
    """How an agent plans, without its model: that is recorded like any other, and crewAI would make one that is not."""
    return PlanningConfig.model_validate(
        {field: value for field, value in config.items() if field != "llm" and value is not None}
    )


def refuse(who: str, given: Mapping[str, Any], features: Iterable[str]) -> None:
    """Raise BuildError if any of these features is asked for."""
    used = [feature for feature in features if given.get(feature)]
    if used:
        raise BuildError(f"{who} uses {', '.join(used)}, which CrewLab cannot run yet.", "Remove it to run the crew.")
