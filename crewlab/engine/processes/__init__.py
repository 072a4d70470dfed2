"""In which order tasks run: a process answers which tasks are ready now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from crewlab.engine.processes.hierarchical import Hierarchical
from crewlab.engine.processes.parallel import Parallel
from crewlab.engine.processes.sequential import Sequential


class Process(Protocol):
    """An order of tasks. Knows indices only; running, guardrails and retries are the engine's."""

    def ready(self, done: set[int], running: set[int]) -> list[int]:
        """The tasks to start now."""
        ...


PROCESSES: dict[str, Callable[[Sequence[Sequence[int]]], Process]] = {
    "sequential": Sequential,
    "hierarchical": Hierarchical,
    "parallel": Parallel,
}
"""Each process by its name in a document; made from what each task depends on."""
