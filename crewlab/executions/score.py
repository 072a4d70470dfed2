"""What a judging model thinks of an output."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

LOWEST, HIGHEST = 1.0, 10.0
"""The range of a score, as in `crew.test` of crewAI; higher is better."""


class Score(BaseModel):
    """One judgement."""

    model_config = ConfigDict(frozen=True)

    quality: float
    model: str
    is_rehearsal: bool
