"""How an agent plans, before and while it works."""

from __future__ import annotations

from pydantic import Field

from crewlab.definitions.crew.llm import Llm
from crewlab.definitions.crew.values import Effort, Part


class PlanningDocument(Part):
    """How an agent plans. Its presence alone makes the agent plan."""

    reasoning_effort: Effort | None = None
    """`low` carries the plan out as it is, `medium` plans again when a step fails, `high` looks at every step."""
    observe_steps: bool | None = None
    max_attempts: int | None = Field(default=None, ge=1)
    max_steps: int | None = Field(default=None, ge=1)
    max_replans: int | None = Field(default=None, ge=0)
    max_step_iterations: int | None = Field(default=None, ge=1)
    step_timeout: int | None = Field(default=None, ge=1)
    """Seconds."""
    system_prompt: str | None = None
    """Instructions of the planner instead of crewAI's; so are the next two for their requests."""
    plan_prompt: str | None = None
    refine_prompt: str | None = None
    llm: Llm | None = None
    """The model that plans; the agent's own when it names none."""
