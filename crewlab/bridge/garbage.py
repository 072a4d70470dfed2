"""What crewAI's import leaves in memory: half a million objects that no collection of garbage need look through."""

from __future__ import annotations

import atexit
import gc

_has_collected = _is_apart = False


def set_apart() -> None:
    """Leave what there is by now out of later collections; nothing where somebody has done so before.

    The first one would come with the first model calls, and the whole process would stand still for it: seconds on a
    busy machine, in which answers that are paid for are neither read nor stored.
    """
    global _has_collected, _is_apart
    if gc.get_freeze_count() > 0:
        return
    if not _has_collected:
        gc.collect()
        atexit.register(put_back)  # what ends is looked through as usual
    gc.freeze()
    _has_collected = _is_apart = True


def put_back() -> None:
    """As it was found."""
    global _is_apart
    if _is_apart:
        gc.unfreeze()
        _is_apart = False
