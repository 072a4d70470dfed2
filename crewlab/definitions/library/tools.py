"""The tools that an agent may be given: the allow-list, by name."""

from __future__ import annotations

from typing import NamedTuple


class ToolInfo(NamedTuple):
    """A tool as a person picks it."""

    name: str
    description: str


TOOLS: tuple[ToolInfo, ...] = (
    ToolInfo("DirectoryReadTool", "Lists the files that the crew may read."),
    ToolInfo("FileReadTool", "Reads one of the files that the crew may read."),
)
"""Both see one folder, `<data>/files`, and nothing above it."""
