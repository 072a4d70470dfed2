"""What an agent is after: one goal as in crewAI, or several, most important first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def written_goals(agent: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every goal of an agent with its field, such as `goal` or `goals[0]`; what is empty or no text is left out."""
    goal, goals = agent.get("goal"), agent.get("goals")
    if isinstance(goal, str) and goal.strip():
        yield "goal", goal
    for number, one in enumerate(goals if isinstance(goals, list) else []):
        if isinstance(one, str) and one.strip():
            yield f"goals[{number}]", one


def whole_goal(agent: Mapping[str, Any]) -> str | None:
    """The goals as the one text that crewAI has a place for: several are numbered lines. `None` when there are none."""
    goals = [goal for _, goal in written_goals(agent)]
    if len(goals) > 1:
        return "\n".join(f"{number}. {goal.strip()}" for number, goal in enumerate(goals, start=1))
    return goals[0] if goals else None


def with_whole_goal(agent: Mapping[str, Any]) -> dict[str, Any]:
    """The agent with all its goals in `goal`, as crewAI takes it."""
    plain = {name: value for name, value in agent.items() if name != "goals"}
    return {**plain, "goal": whole_goal(agent)} if agent.get("goals") else plain
