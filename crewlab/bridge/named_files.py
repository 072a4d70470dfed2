"""Files that a document names, read from the folder of files that tools may read, too."""

from __future__ import annotations

from pathlib import Path

from crewlab.bridge.contract import BuildRequest
from crewlab.errors import BuildError

_READ_SECONDS = 30.0


async def read_named(request: BuildRequest, name: str, what: str) -> bytes:
    """The content of the file `name`; `what` says in an error what it is for.

    Raises:
        BuildError: It leads out of the folder, is not there, or cannot be read.
    """
    try:
        return await request.run_blocking(lambda: _inside(request.files, name), timeout_seconds=_READ_SECONDS)
    except (OSError, ValueError) as error:
        said = (error.strerror if isinstance(error, OSError) else None) or str(error)
        hint = "Put it into the folder `files` of the data folder, and name it as it is there."
        raise BuildError(f"{what} {name[:120]!r} cannot be read: {said}.", hint) from error


def _inside(folder: Path, name: str) -> bytes:
    root = folder.resolve()
    path = (root / name).resolve()
    if root not in path.parents:
        raise ValueError("it is outside of the folder of files")
    with path.open("rb") as file:
        return file.read(_MOST + 1)


_MOST = 1_000_000
