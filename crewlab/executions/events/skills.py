"""What agents knew how to do."""

from __future__ import annotations

from typing import Literal

from crewlab.executions.events.base import BaseEvent


class SkillUsed(BaseEvent):
    """An agent followed a skill: its instructions stood in the prompt, or the model loaded them."""

    kind: Literal["skill_used"] = "skill_used"
    skill: str
