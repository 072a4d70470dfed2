"""What came of trying a model."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ModelTest:
    """One question asked of a model to see whether it works."""

    ok: bool
    latency_seconds: float
    answer: str = ""
    error: str = ""
    hint: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    raw_error: str = ""
    """What the client and the server said, word for word, without keys."""
