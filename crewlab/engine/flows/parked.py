"""A step that waits for a person has no value yet."""

from __future__ import annotations

from typing import Final


class Parked:
    """Stands for the value that a step will have once a person has answered."""


PARKED: Final = Parked()
"""Asked for inside of what the step runs."""
