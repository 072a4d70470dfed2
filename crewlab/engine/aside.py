"""A thread for something that goes on beside its caller, and that nobody waits for at the end."""

from __future__ import annotations

import threading
from collections.abc import Callable


def run_aside(act: Callable[[], None], name: str) -> threading.Thread:
    """Start `act` on a daemon thread of its own."""
    thread = threading.Thread(target=act, name=name, daemon=True)
    thread.start()
    return thread
