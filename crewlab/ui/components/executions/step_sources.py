"""Where a value that a step was given came from, in words."""

from __future__ import annotations

from crewlab.definitions.flows.mapping import sources_of
from crewlab.errors import CrewLabError


def source_told(source: str) -> str:
    """`${outputs.research.tasks.find.raw}` is `task find of research.raw`; a value that was written is a constant.

    A source that cannot be read any more is shown as it is written.
    """
    if not source.strip():
        return "constant"
    try:
        return ", ".join(dict.fromkeys(str(found) for found in sources_of(source)))
    except CrewLabError:
        return source
