"""Where a name in a folder leads."""

from __future__ import annotations

import os
from pathlib import Path


def inside(folder: Path, path: str) -> Path | None:
    """The real path of `path` within `folder`, or `None` when it leads out: by `..`, from `/`, or over a link."""
    if "\0" in path:
        return None
    real = Path(os.path.realpath(folder / path))
    return real if real == folder or folder in real.parents else None
