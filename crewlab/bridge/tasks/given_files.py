"""Files that a task is given: the agent is told their names, and reads them with crewAI's tool."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crewai.tools.agent_tools.read_file_tool import ReadFileTool

from crewlab.bridge.tools.named_files import content_of, path_of
from crewlab.errors import BuildError

_MOST_BYTES = 20_000_000
_TYPES = {".yaml": "application/x-yaml", ".yml": "application/x-yaml", ".jsonl": "text/plain", ".md": "text/markdown"}


@dataclass(frozen=True)
class GivenFile:
    """One of them, as crewAI's tool reads it."""

    files: Path
    path: str

    @property
    def filename(self) -> str:
        return Path(self.path).name

    @property
    def content_type(self) -> str:
        known = _TYPES.get(Path(self.path).suffix.lower())
        return known or mimetypes.guess_type(self.path)[0] or "application/octet-stream"

    def read(self) -> bytes:
        """What is in it. Blocks; raises BuildError."""
        return content_of(self.files, self.path, "The input file", _MOST_BYTES)


def given_files(task: str, named: Mapping[str, Any], files: Path) -> dict[str, GivenFile]:
    """The files of a task by the names that it has for them.

    Raises:
        BuildError: One does not exist, or is outside the folder that may be read.
    """
    found = {}
    for name, value in named.items():
        path = value.get("path") if isinstance(value, Mapping) else value
        if not isinstance(path, str) or not path:
            raise BuildError(f"The input file {name!r} of task {task!r} is no path.", "Name a file in data/files.")
        path_of(files, path, "The input file")
        found[str(name)] = GivenFile(files, path)
    return found


def listed(given: Mapping[str, GivenFile]) -> str:
    """What the description of the task says of them, in crewAI's words."""
    lines = [f'  - "{name}" ({file.filename}, {file.content_type})' for name, file in given.items()]
    return "\n\nAvailable input files (use the name in quotes with read_file tool):\n" + "\n".join(lines)


def reader(given: Mapping[str, GivenFile]) -> ReadFileTool:
    """The tool that reads them."""
    tool = ReadFileTool()
    tool.set_files(dict(given))
    return tool
