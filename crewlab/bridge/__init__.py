"""The only way to crewAI. Light until `load()` is called.

`contract` holds the records and protocols that the engine uses; everything else here imports crewAI.
"""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crewlab.bridge.contract import CrewAI


def load() -> CrewAI:
    """crewAI, imported once and silently (seconds the first time), ready to build. Thread-safe.

    Raises:
        BuildError: crewAI cannot be imported on this machine.
    """
    return importlib.import_module("crewlab.bridge.loading").loaded()  # type: ignore[no-any-return]  # lazily


def is_loaded() -> bool:
    """Whether `load()` would return at once."""
    module = sys.modules.get("crewlab.bridge.loading")
    return module is not None and bool(module.is_loaded())
