"""What a launch would do, gathered from the page: one execution or a batch, and why it may not start yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class LaunchPlan:
    """The inputs of each execution. `batch_name` is `None` for a single one; `blocked` says what is missing."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    batch_name: str | None = None
    blocked: str = ""
