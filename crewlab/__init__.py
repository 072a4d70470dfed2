"""A low-code laboratory for CrewAI.

import crewlab

lab = crewlab.open()
execution = lab.run("market-brief", inputs={...})
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crewlab.lab import Lab

__all__ = ["open"]


def open(data: Path | str | None = None) -> Lab:
    """Open the lab in the folder `data` (default: `CREWLAB_DATA`, or `data/` of the project).

    Raises:
        StoreLockedError: Another process holds the store.
        StoreError: The database file cannot be used.
    """
    from crewlab.lab import Lab

    return Lab.open(data)
