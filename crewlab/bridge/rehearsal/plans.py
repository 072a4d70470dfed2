"""What a rehearsal answers where an agent plans: a plan of two steps, and that each step came out well."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from crewlab.bridge.rehearsal.prompt import Prompt
from crewlab.bridge.rehearsal.topics import shortened

PLAN_FUNCTION = "create_reasoning_plan"
"""What crewAI calls the function whose arguments are the plan."""
_LIMIT = re.compile(r"Hard limit: (\d+) steps")


def plan_arguments(prompt: Prompt) -> dict[str, Any]:
    """A plan of the prompt's task, which is ready to be carried out; of one step where no more are allowed."""
    task = shortened(prompt.task, 200)
    texts = [f"Collect what is known about this: {task}", f"Write what was asked for: {task}"]
    limit = _LIMIT.search(prompt.whole)
    texts = texts[-1:] if limit and int(limit.group(1)) < len(texts) else texts
    steps = [
        {"step_number": number, "description": text, "tool_to_use": None, "depends_on": list(range(1, number))}
        for number, text in enumerate(texts, 1)
    ]
    return {"plan": f"{len(steps)} steps for: {task}", "steps": steps, "ready": True}


def observation_of(schema: Mapping[str, Any]) -> dict[str, Any] | None:
    """That a step succeeded and the plan holds; `None` if the schema asks for something else."""
    if "step_completed_successfully" not in (schema.get("properties") or {}):
        return None
    return {
        "step_completed_successfully": True,
        "key_information_learned": "The step came out as planned.",
        "remaining_plan_still_valid": True,
        "suggested_refinements": None,
        "needs_full_replan": False,
        "replan_reason": None,
        "goal_already_achieved": False,
    }
