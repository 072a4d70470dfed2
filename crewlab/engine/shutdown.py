"""The order in which things stop."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING

from crewlab.engine.engine import Engine

if TYPE_CHECKING:
    from crewlab.store import Store

STORE_SHARE = 0.4
"""The part of the time that is kept for the store, which must write the last statuses."""

BETWEEN_SHARE = 0.5
"""The part of what is then left that others may have before the store is closed."""


def shut_down(
    engine: Engine, store: Store, timeout_seconds: float, *, between: Callable[[float], None] = lambda _: None
) -> None:
    """First the engine, so that its last words still reach the store; then the store. Idempotent.

    `between` is for those who read these last words; it is told how many seconds it may take.
    """
    deadline = time.monotonic() + timeout_seconds
    engine.close(timeout_seconds * (1 - STORE_SHARE))
    between(max(0.0, deadline - time.monotonic()) * BETWEEN_SHARE)
    store.close(max(timeout_seconds * STORE_SHARE, deadline - time.monotonic()))


def at_exit(close: Callable[[], None]) -> None:
    """Call the bound method `close` when the interpreter ends, while threads still run, unless its object is gone.

    A script that forgets to close its lab then leaves `interrupted` behind, not `running`.
    """
    reference = weakref.WeakMethod(close)

    def call() -> None:
        if (still_there := reference()) is not None:
            still_there()

    threading._register_atexit(call)  # type: ignore[attr-defined]  # `atexit` comes after threads have been joined
