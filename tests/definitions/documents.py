"""Documents for the tests of definitions."""

from __future__ import annotations

from typing import Any


def crew(**changes: Any) -> dict[str, Any]:
    """A crew without problems: a writer reads what two researchers found. `changes` replace top-level fields."""
    return {
        "name": "brief",
        "process": "sequential",
        "llm": "rehearsal/plain",
        "agents": {"researcher": agent(), "writer": agent(role="Writer")},
        "tasks": [
            task("facts", "researcher", context=[]),
            task("figures", "researcher", context=[]),
            task("report", "writer", context=["facts", "figures"]),
        ],
        **changes,
    }


def agent(**changes: Any) -> dict[str, Any]:
    return {"role": "Researcher", "goal": "Find facts on {topic}", "backstory": "Reads a lot.", **changes}


def task(name: str, agent: str | None = "researcher", **changes: Any) -> dict[str, Any]:
    return {
        "name": name,
        "description": f"Work on {name} of {{topic}}.",
        "expected_output": "Three bullets.",
        **({"agent": agent} if agent else {}),
        **changes,
    }
