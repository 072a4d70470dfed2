"""What crewAI and others leave to the garbage collector: connections, whose end would be another test's."""

from __future__ import annotations

import gc
import warnings


def take_away() -> None:
    """Once nothing of what they did is used any more."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
