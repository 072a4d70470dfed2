"""What something costs, in a measure that a slow machine stretches too: limits then say something of the code alone."""

from __future__ import annotations

import time
from collections.abc import Callable

_SECONDS = 0.000_04
"""What `_work` takes on the machine that the limits of the tests were written on."""


def best_seconds(act: Callable[[], object]) -> float:
    """CPU seconds of this thread for one call of `act`: the best of several, for a machine that is busy."""
    best = 1e9
    for _ in range(20):
        began = time.thread_time()
        for _ in range(100):
            act()
        best = min(best, (time.thread_time() - began) / 100)
    return best


def slowness() -> float:
    """How many times slower this machine is now than that one; 1 where it is as fast or faster."""
    return max(1.0, best_seconds(_work) / _SECONDS)


def _work() -> None:
    """What programs do: numbers, texts, a dictionary."""
    found = {str(number): number for number in range(500)}
    "".join(found).replace("1", "2")
