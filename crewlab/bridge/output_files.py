"""Files that tasks write, each inside the folder of its execution."""

from __future__ import annotations

import json
from pathlib import Path

from crewai.tasks.task_output import TaskOutput

from crewlab.bridge.contract import BuildRequest
from crewlab.errors import OutputError

_WRITE_SECONDS = 30.0


async def write_output(name: str, output: TaskOutput, request: BuildRequest) -> Path:
    """Write what a task produced; the path written.

    Raises:
        OutputError: `name` leads out of the folder, or the disk refuses.
    """
    path = inside(request.folder, name)
    shaped = output.json_dict is not None
    text = json.dumps(output.json_dict, ensure_ascii=False, indent=2) if shaped else output.raw
    try:
        await request.run_blocking(lambda: _write(path, request.mask(text)), timeout_seconds=_WRITE_SECONDS)
    except OSError as error:
        raise OutputError(f"The file {name!r} cannot be written: {error.strerror or error}.") from error
    return path


def inside(folder: Path, name: str) -> Path:
    """The path of `name` in `folder`.

    Raises:
        OutputError: It leads out, by `..`, as an absolute path or over a link.
    """
    root = folder.resolve()
    path = (root / name.lstrip("/")).resolve()
    if root not in path.parents:
        hint = "Use a plain file name such as report.md."
        raise OutputError(f"The output file {name!r} is outside the execution's folder.", hint)
    return path


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
