"""Tells what an agent plans, and what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from crewai.utilities.planning_types import PlanStep, TodoItem

from crewlab.bridge.planning.planner import Plan
from crewlab.bridge.scope import TASK_NAME
from crewlab.executions.events import PlanChanged, PlanMade, PlannedStep, PlanStepEnded, PlanStepStarted

if TYPE_CHECKING:
    from crewlab.bridge.agents.crew_agent import CrewAgent


class PlanEvents:
    """The events of one plan of one agent."""

    def __init__(self, agent: CrewAgent) -> None:
        self._journal, self._agent = agent.roster.journal, agent.document_name
        self._plans = 0

    def made(self, plan: Plan) -> Plan:
        """Record a plan; returns it."""
        self._plans += 1
        steps = tuple(_told(step) for step in plan.steps)
        said = f"{self._agent} made a plan of {len(steps)} step{'' if len(steps) == 1 else 's'}"
        event = PlanMade(**self._about(said), plan=plan.text, steps=steps, is_ready=plan.is_ready, number=self._plans)
        self._journal.note(event)
        return plan

    def step_started(self, step: TodoItem) -> None:
        """Record that work on a step has begun."""
        said = f"Step {step.step_number}: {step.description}"
        self._journal.note(PlanStepStarted(**self._about(said), step=_told(step)))

    def step_ended(self, step: TodoItem, error: str, *, is_done: bool) -> None:
        """Record what came of a step; `error` says why nothing did."""
        said = f"Step {step.step_number} {'is done' if is_done else 'did not come out as planned'}"
        event = PlanStepEnded(
            **self._about(f"{said}: {error}" if error else said),
            level="info" if is_done else "warning",
            step=_told(step),
            is_done=is_done,
            result=step.result or "",
        )
        self._journal.note(event)

    def changed(self, change: Literal["refined", "replanned", "cut_short"], reason: str) -> None:
        """Record that the plan is another one now."""
        self._journal.note(
            PlanChanged(
                **self._about(f"The plan was {change.replace('_', ' ')}: {reason}"), change=change, reason=reason
            )
        )

    def _about(self, message: str) -> dict[str, Any]:
        return {**self._journal.key, "task_name": TASK_NAME.get(), "agent": self._agent, "message": message}


def _told(step: PlanStep | TodoItem) -> PlannedStep:
    return PlannedStep(
        number=step.step_number,
        description=step.description,
        tool=step.tool_to_use,
        depends_on=tuple(step.depends_on),
    )
