"""A recording that tests replay where they need a real model's answers, tokens and all, but no server.

`python -m tests.recorded` records it again.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from tests.acceptance import crews

NAME = "two-steps"
FILE = Path(__file__).with_name(f"{NAME}.jsonl")
INPUTS = {"topic": "tea"}


def crew(**model: Any) -> dict[str, Any]:
    """The crew that was recorded; its model has a price, and needs a key to be called."""
    return crews.chain({"model": "openai/gpt-4o-mini", **model}, "first", "second")


def put_into(data: Path) -> str:
    """Copy the recording into the cassettes of a data folder; returns its name."""
    folder = data / "cassettes"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(FILE, folder)
    return NAME
