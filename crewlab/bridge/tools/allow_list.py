"""The tools of the allow-list, each shut into one folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from crewai.tools import BaseTool
from crewai.tools.tool_failure import ToolFailure
from crewai_tools.tools.directory_read_tool.directory_read_tool import DirectoryReadTool, DirectoryReadToolSchema
from crewai_tools.tools.file_read_tool.file_read_tool import FileReadTool
from pydantic import BaseModel, Field

from crewlab.bridge.paths import inside
from crewlab.errors import UnknownToolError

MOST_CHARACTERS = 200_000
MOST_FILES = 500


def make_tool(name: str, folder: Path) -> BaseTool:
    """A new tool that sees `folder` and nothing else; it never asks on the terminal and never raises for a bad path.

    Raises:
        UnknownToolError: `name` is not on the allow-list.
    """
    maker = _MAKERS.get(name)
    if maker is None:
        raise UnknownToolError(f"There is no tool {name!r}.", f"The tools are {', '.join(_MAKERS)}.")
    return maker(folder.resolve())


class FolderFileReadTool(FileReadTool):
    """crewAI's FileReadTool, whose escape hatch (an environment variable) does not open this folder."""

    def _run(  # type: ignore[override]  # see the result
        self, file_path: str | None = None, start_line: int | None = 1, line_count: int | None = None
    ) -> str | ToolFailure:  # crewAI promises text, and asks tools to say so when they fail
        folder = Path(self.base_dir or "")
        if not file_path:
            return ToolFailure(message="Error: say which file to read, as file_path.")
        path = inside(folder, file_path)
        if path is None:
            return refusal(file_path)
        if not path.is_file():
            held = ", ".join(_first(folder)) or "nothing"
            return ToolFailure(message=f"Error: there is no file {file_path!r}. The folder holds: {held}.")
        text: str = super()._run(str(path), start_line, line_count)
        if len(text) <= MOST_CHARACTERS:
            return text
        return f"{text[:MOST_CHARACTERS]}\n[cut after {MOST_CHARACTERS} characters: read on with start_line]"


class FolderDirectorySchema(DirectoryReadToolSchema):
    """What the model may say: which folder, by its name inside the one it sees."""

    directory: str = Field(".", description="Folder to list; '.' is the folder with everything you may read")


class FolderDirectoryReadTool(DirectoryReadTool):
    """crewAI's DirectoryReadTool, listing names relative to one folder, without following links."""

    description: str = "Lists the files that you may read, with their names relative to the folder."
    args_schema: type[BaseModel] = FolderDirectorySchema
    base_dir: str

    def _run(self, **kwargs: Any) -> str | ToolFailure:
        folder = Path(self.base_dir)
        wanted = str(kwargs.get("directory") or ".")
        path = inside(folder, wanted)
        if path is None:
            return refusal(wanted)
        if not path.is_dir():
            return ToolFailure(message=f"Error: there is no folder {wanted!r}.")
        names = list(_files(path, folder))
        more = f"\n[{len(names) - MOST_FILES} more]" if len(names) > MOST_FILES else ""
        return "File paths:\n" + "\n".join(f"- {name}" for name in names[:MOST_FILES]) + more


def refusal(path: str) -> ToolFailure:
    """What the model is told of a path that leads out."""
    hint = "Give a name inside it, such as 'orders.csv'."
    return ToolFailure(message=f"Error: {path!r} is outside the folder that may be read. {hint}")


def _first(folder: Path) -> list[str]:
    return list(_files(folder, folder))[:20]


def _files(path: Path, folder: Path) -> Iterator[str]:
    """Names of the regular files below `path`, relative to `folder`, in order; links are left out."""
    for root, folders, files in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            full = Path(root, name)
            if not name.startswith(".") and not full.is_symlink():
                yield full.relative_to(folder).as_posix()


_MAKERS: dict[str, Callable[[Path], BaseTool]] = {
    "FileReadTool": lambda folder: FolderFileReadTool(base_dir=str(folder), encoding="utf-8-sig"),
    "DirectoryReadTool": lambda folder: FolderDirectoryReadTool(base_dir=str(folder)),
}
