"""Files that tasks write, each inside the folder of its execution."""

from __future__ import annotations

import json
from pathlib import Path

from crewlab.bridge.contract import BuildRequest, TaskOutcome
from crewlab.errors import OutputError

_WRITE_SECONDS = 30.0


async def write_output(name: str, output: TaskOutcome, request: BuildRequest, *, makes_folder: bool = True) -> Path:
    """Write what a task produced; the path written.

    Raises:
        OutputError: `name` leads out of the folder, or into one that is not there and may not be made; the content
            is too large, or the disk refuses.
    """
    path = inside(request.folder, name)
    shaped = output.output_json is not None
    text = json.dumps(output.output_json, ensure_ascii=False, indent=2) if shaped else output.output
    content = request.mask(text).encode("utf-8", "replace")
    if len(content) > request.max_file_bytes:
        message = (
            f"The file {name!r} would have {len(content)} bytes, and at most {request.max_file_bytes} are allowed."
        )
        raise OutputError(message, "Ask the task for less, or raise CREWLAB_MAX_FILE_BYTES.")
    try:
        await request.run_blocking(lambda: _write(path, content, makes_folder), timeout_seconds=_WRITE_SECONDS)
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


def _write(path: Path, content: bytes, makes_folder: bool) -> None:
    if makes_folder:
        path.parent.mkdir(parents=True, exist_ok=True)
    elif not path.parent.is_dir():
        raise OutputError(
            f"The folder of {path.name!r} does not exist, and create_directory is off.", "Name a folder that is there."
        )
    path.write_bytes(content)
