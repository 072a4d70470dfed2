"""One task after the other, each led by a manager."""

from __future__ import annotations

from crewlab.engine.processes.sequential import Sequential


class Hierarchical(Sequential):
    """The order of `sequential`; that a manager agent leads each task is the bridge's part."""
