"""In which order tasks run: a process answers which tasks are ready now.

To add one, write `<name>.py` here with a class `<Name>`, and its line in `crewlab/definitions/processes.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Protocol


class Process(Protocol):
    """An order of tasks. Knows indices only; running, guardrails and retries are the engine's."""

    def ready(self, done: set[int], running: set[int]) -> list[int]:
        """The tasks to start now."""
        ...


def process_named(name: str, depends_on: Sequence[Sequence[int]]) -> Process:
    """The process that documents call `name`, over what each task depends on; `name` is one of `PROCESSES`."""
    make: Callable[[Sequence[Sequence[int]]], Process] = getattr(import_module(f"{__name__}.{name}"), name.capitalize())
    return make(depends_on)
