"""Files that a document names, read from the folder of files that tools may read, too."""

from __future__ import annotations

from pathlib import Path

from crewlab.bridge.contract import BuildRequest
from crewlab.bridge.paths import inside
from crewlab.errors import BuildError

_READ_SECONDS = 30.0
_HINT = "Put it into the folder `files` of the data folder, and name it as it is there."
MOST_BYTES = 1_000_000


async def read_named(request: BuildRequest, name: str, what: str) -> bytes:
    """The content of the file `name`, off the loop. Raises as `content_of`."""
    return await request.run_blocking(lambda: content_of(request.files, name, what), timeout_seconds=_READ_SECONDS)


def path_of(folder: Path, name: str, what: str) -> Path:
    """Where the file or folder `name` is; `what` says in an error what it is for.

    Raises:
        BuildError: It leads out of `folder`, or is not there.
    """
    path = inside(folder.resolve(), name)
    if path is None:
        raise BuildError(f"{what} {name[:120]!r} cannot be read: it is outside of the folder of files.", _HINT)
    if not path.exists():
        raise BuildError(f"{what} {name[:120]!r} cannot be read: it does not exist.", _HINT)
    return path


def content_of(folder: Path, name: str, what: str, most_bytes: int = MOST_BYTES) -> bytes:
    """What is in the file `name`. Blocks.

    Raises:
        BuildError: It leads out of `folder`, is not there, is larger than `most_bytes`, or cannot be read.
    """
    try:
        with path_of(folder, name, what).open("rb") as file:
            content = file.read(most_bytes + 1)
    except (OSError, ValueError) as error:
        said = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise BuildError(f"{what} {name[:120]!r} cannot be read: {said}.", _HINT) from error
    if len(content) > most_bytes:
        raise BuildError(f"{what} {name[:120]!r} is larger than {most_bytes} bytes.", "Use a smaller one.")
    return content
