"""The same inputs several times."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crewlab.errors import InputsError


def repeats(inputs: Mapping[str, Any] | None, iterations: int, judge: Any) -> list[Mapping[str, Any]]:
    """The rows of a test.

    Raises:
        InputsError: Nobody would score them, or there are none.
    """
    if judge is None:
        raise InputsError("A test needs somebody who scores.", "Name a model: judge='openai/gpt-4o-mini'.")
    if iterations < 1:
        raise InputsError(f"{iterations} iterations are no test.", "Give at least 1.")
    return [inputs or {}] * iterations
