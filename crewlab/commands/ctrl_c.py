"""What Ctrl-C leaves behind, said where a person pressed it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from crewlab.commands.terminal import say

if TYPE_CHECKING:
    from crewlab.lab import Lab
    from crewlab.remote import RemoteLab


@contextmanager
def waiting_for(lab: Lab | RemoteLab) -> Iterator[None]:
    """Ctrl-C stops what runs in this process; what the app runs goes on, and it is said how to find it."""
    from crewlab.lab import Lab

    try:
        yield
    except KeyboardInterrupt:
        if not isinstance(lab, Lab):
            say("The app goes on with it: `python -m crewlab executions` shows it, `cancel ID` stops it.")
        raise
