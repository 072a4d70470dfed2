"""Imports crewAI once, and keeps what it takes to leave it as it was found."""

from __future__ import annotations

import importlib
import logging
from typing import TYPE_CHECKING, Any

from crewlab.bridge.contract import BuildRequest, BuiltCrew, Credentials, Llm
from crewlab.bridge.environment import importing, quiet_environment
from crewlab.errors import BuildError
from crewlab.executions.model_test import ModelTest

if TYPE_CHECKING:
    from crewlab.bridge.bus import Taken

_loaded: LoadedCrewAI | None = None


class LoadedCrewAI:
    """crewAI, imported and quiet; implements `contract.CrewAI`."""

    def __init__(self, crew: Any, models: Any, trial: Any, bus: Any, silence: Any) -> None:
        self._crew, self._models, self._trial, self._bus, self._silence = crew, models, trial, bus, silence
        self._taken: list[Taken] = bus.take_handlers()
        self._level = logging.getLogger("crewai").level
        logging.getLogger("crewai").setLevel(logging.CRITICAL)
        logging.getLogger().addFilter(silence.is_wanted)

    def build(self, request: BuildRequest) -> BuiltCrew:
        """See `contract.CrewAI`."""
        built: BuiltCrew = self._crew.AttemptCrew(request)
        return built

    async def test_model(self, llm: Llm, *, credentials: Credentials, timeout_seconds: float) -> ModelTest:
        """See `contract.CrewAI`."""
        test: ModelTest = await self._trial.test_model(llm, credentials=credentials, timeout_seconds=timeout_seconds)
        return test

    async def close_models(self) -> None:
        """See `contract.CrewAI`."""
        await self._models.close_models()

    def unload(self) -> None:
        """See `contract.CrewAI`."""
        global _loaded
        self._bus.put_back(self._taken)
        logging.getLogger("crewai").setLevel(self._level)
        logging.getLogger().removeFilter(self._silence.is_wanted)
        self._taken, _loaded = [], None


def loaded() -> LoadedCrewAI:
    """crewAI, imported at the first call; the caller holds a lock.

    Raises:
        BuildError: It cannot be imported.
    """
    global _loaded
    if _loaded is None:
        quiet_environment()
        _loaded = LoadedCrewAI(*_modules("crew", "models", "model_trial", "bus", "silence"))
    return _loaded


def is_loaded() -> bool:
    """Whether `loaded()` returns at once."""
    return _loaded is not None


def _modules(*names: str) -> list[Any]:
    try:
        with importing():
            return [importlib.import_module(f"crewlab.bridge.{name}") for name in names]
    except ImportError as error:
        hint = "Install the pinned requirements again; `python -m crewlab doctor` shows the versions."
        raise BuildError(f"crewAI cannot be imported: {error}.", hint) from error
