"""How an agent plans, before and while it works."""

from __future__ import annotations

from string import Formatter
from typing import Annotated

from pydantic import AfterValidator, Field

from crewlab.definitions.crew.llm import Llm
from crewlab.definitions.crew.values import Effort, Part


def _filled_with(*names: str) -> AfterValidator:
    """A text that crewAI fills in: its braces hold these names and nothing else, no widths and no attributes."""

    def plain(text: str) -> str:
        for _, name, form, conversion in Formatter().parse(text):
            if name is not None and (name not in names or form or conversion):
                raise ValueError(f"{{{name[:80]}}} is not filled in here; there are {', '.join(names)}")
        return text

    return AfterValidator(plain)


_Plan = _filled_with("role", "goal", "backstory", "description", "expected_output", "tools", "max_steps")
_Refinement = _filled_with("role", "goal", "backstory", "current_plan", "max_steps")


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
    plan_prompt: Annotated[str, _Plan] | None = None
    refine_prompt: Annotated[str, _Refinement] | None = None
    llm: Llm | None = None
    """The model that plans; the agent's own when it names none."""
