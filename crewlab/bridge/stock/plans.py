"""From crewAI's events of an agent that plans to ours; our own loop tells them itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crewlab.bridge.journal import Journal
from crewlab.bridge.scope import TASK_NAME
from crewlab.executions.events import BaseEvent, PlanChanged, PlanMade, PlannedStep, PlanStepEnded, PlanStepStarted

_CHANGES: Mapping[str, str] = {
    "plan_refinement": "refined",
    "plan_replan_triggered": "replanned",
    "goal_achieved_early": "cut_short",
}


def plan_event(journal: Journal, agent: str | None, event: Any) -> BaseEvent | None:
    """Our event for one of crewAI's about planning, or `None` if it is about something else."""
    about = {**journal.key, "task_name": TASK_NAME.get(), "agent": agent}
    if event.type == "agent_reasoning_completed":
        return PlanMade(
            **about, plan=event.plan, is_ready=event.ready, number=event.attempt, message=f"{agent} made a plan"
        )
    if event.type == "plan_step_started":
        return PlanStepStarted(
            **about, step=_step(event), message=f"Step {event.step_number}: {event.step_description}"
        )
    if event.type == "plan_step_completed":
        said = f"Step {event.step_number} {'is done' if event.success else 'did not come out as planned'}"
        result = event.result or event.error or ""
        return PlanStepEnded(**about, step=_step(event), is_done=event.success, result=result, message=said)
    if event.type in _CHANGES:
        return _changed(about, event)
    return None


def _changed(about: Mapping[str, Any], event: Any) -> PlanChanged:
    change = _CHANGES[event.type]
    reason = getattr(event, "replan_reason", None) or "; ".join(getattr(event, "refinements", None) or ())
    message = f"The plan was {change.replace('_', ' ')}" + (f": {reason}" if reason else "")
    return PlanChanged.model_validate({**about, "change": change, "reason": reason, "message": message})


def _step(event: Any) -> PlannedStep:
    return PlannedStep(number=event.step_number, description=event.step_description, tool=event.tool_to_use)
