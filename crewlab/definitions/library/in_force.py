"""What holds at the moment: settings, and limits of models."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Source = Literal["environment", "changed here", "default"]
"""Where the value of a setting comes from."""


class ModelLimit(BaseModel):
    """What all executions together may ask of one model within a minute; `None` is no limit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    requests_per_minute: int | None = Field(default=None, ge=1)
    tokens_per_minute: int | None = Field(default=None, ge=1)


class SettingInfo(BaseModel):
    """One setting as it stands."""

    model_config = ConfigDict(frozen=True)

    name: str
    variable: str
    """The variable of the environment that sets it."""
    description: str
    value: str | int | float
    default: str | int | float | None
    source: Source
    is_adjustable: bool
    """Whether it can be changed while CrewLab runs."""
