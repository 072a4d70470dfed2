"""What crewAI leaves to the garbage collector: connections to a model server, whose end would be another test's."""

from __future__ import annotations

import gc
import warnings


def take_away() -> None:
    """Once nothing of a run on crewAI alone is used any more."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
