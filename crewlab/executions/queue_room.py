"""What the queue may give out: how much room there is, and who has how much of it already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class QueueRoom:
    """Room for executions that share a worker and for those that need one of their own, and the caps."""

    shared: int
    dedicated: int = 0
    per_owner: int | None = None
    """Executions that one owner may have running at a time; `None` is as many as there is room for."""
    per_batch: int | None = None
    running: Mapping[tuple[str, str | None], int] = field(default_factory=dict)
    """What runs already, by owner and batch: those with less go first."""
