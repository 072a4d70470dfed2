"""Imports crewAI once, and keeps what it takes to leave it as it was found."""

from __future__ import annotations

import asyncio
import contextvars
import importlib
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from crewlab.bridge import garbage
from crewlab.bridge.contract import BuildRequest, BuiltCrew, Credentials, Learning, Llm, Message, RunBlocking
from crewlab.bridge.environment import importing, quiet_environment
from crewlab.errors import BuildError
from crewlab.executions.model_test import ModelTest
from crewlab.executions.tool_test import ServerTest, ToolTest

if TYPE_CHECKING:
    from crewlab.bridge.bus import Taken
    from crewlab.bridge.step_contract import FlowSaving
    from crewlab.definitions.library.mcp_servers import McpServer
    from crewlab.definitions.library.tool_records import ToolRecord

_lock = threading.Lock()
_loaded: LoadedCrewAI | None = None
_LOUD = ("crewai", "crewai_tools", "mcp")
"""Loggers that repeat what a call or an event says already."""
_MODULES = {
    "agent_step": "steps.agent_step",
    "bus": "bus",
    "conversation_turn": "steps.conversation_turn",
    "crew": "crew",
    "flow_files": "checkpoints.flow_files",
    "model_trial": "llms.trial",
    "models": "llms.models",
    "outcome_choice": "steps.outcome_choice",
    "silence": "silence",
    "step_lessons": "steps.lessons",
    "tool_step": "steps.tool_step",
    "tool_trial": "tools.trial",
    "toolbox": "tools.toolbox",
}


class LoadedCrewAI:
    """crewAI, imported and quiet; implements `contract.CrewAI`."""

    def __init__(self, modules: Mapping[str, Any]) -> None:
        """`modules` are those of the bridge that import crewAI, by name."""
        self._of = SimpleNamespace(**modules)
        self._taken: list[Taken] = self._of.bus.take_handlers()
        self._undo: Callable[[], None] = self._of.silence.skip_unheard_events()
        self._levels = {name: logging.getLogger(name).level for name in _LOUD}
        for name in _LOUD:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        logging.getLogger().addFilter(self._of.silence.is_wanted)

    def build(self, request: BuildRequest) -> BuiltCrew:
        """See `contract.CrewAI`."""
        built: BuiltCrew = self._of.crew.AttemptCrew(request)
        return built

    def build_agent(
        self, request: BuildRequest, step: str, agent: Mapping[str, Any], prompt: str | Sequence[Message]
    ) -> BuiltCrew:
        """See `contract.CrewAI`."""
        built: BuiltCrew = self._of.agent_step.AgentStep(request, step, agent, prompt)
        return built

    async def call_tool(self, request: BuildRequest, step: str, ref: str, arguments: Mapping[str, Any]) -> Any:
        """See `contract.CrewAI`."""
        return await self._of.tool_step.call_tool(request, step, ref, arguments)

    def flow_files(self, request: BuildRequest) -> FlowSaving:
        """See `contract.CrewAI`."""
        files: FlowSaving = self._of.flow_files.FlowFiles(request)
        return files

    async def choose_outcome(
        self, request: BuildRequest, step: str, words: str, outcomes: Sequence[str], llm: Llm
    ) -> str:
        """See `contract.CrewAI`."""
        chosen: str = await self._of.outcome_choice.choose_outcome(request, step, words, outcomes, llm)
        return chosen

    async def choose_route(
        self, request: BuildRequest, step: str, flow: Mapping[str, Any], state: Mapping[str, Any], llm: Llm
    ) -> str | None:
        """See `contract.CrewAI`."""
        chosen: str | None = await self._of.conversation_turn.choose_route(request, step, flow, state, llm)
        return chosen

    async def converse(
        self, request: BuildRequest, step: str, system_prompt: str | None, messages: Sequence[Message], llm: Llm
    ) -> str:
        """See `contract.CrewAI`."""
        said: str = await self._of.conversation_turn.converse(request, step, system_prompt, messages, llm)
        return said

    async def review(self, request: BuildRequest, step: str, output: str, learning: Learning) -> str:
        """See `contract.CrewAI`."""
        reviewed: str = await self._of.step_lessons.review(request, step, output, learning)
        return reviewed

    async def learn(self, request: BuildRequest, step: str, output: str, words: str, learning: Learning) -> None:
        """See `contract.CrewAI`."""
        await self._of.step_lessons.learn(request, step, output, words, learning)

    async def test_model(self, llm: Llm, *, credentials: Credentials, timeout_seconds: float) -> ModelTest:
        """See `contract.CrewAI`."""
        tried = self._of.model_trial.test_model(llm, credentials=credentials, timeout_seconds=timeout_seconds)
        test: ModelTest = await tried
        return test

    async def test_tool(
        self,
        record: ToolRecord,
        arguments: Mapping[str, Any],
        *,
        files: Path,
        credentials: Credentials,
        run_blocking: RunBlocking,
        timeout_seconds: float,
    ) -> ToolTest:
        """See `contract.CrewAI`."""
        trial = self._of.tool_trial.test_tool(
            record,
            arguments,
            files=files,
            credentials=credentials,
            run_blocking=run_blocking,
            timeout_seconds=timeout_seconds,
        )
        # A context of its own: what silences crewAI there must not silence the caller.
        test: ToolTest = await asyncio.create_task(trial, context=contextvars.Context())
        return test

    async def test_server(
        self, server: McpServer, *, credentials: Credentials, run_blocking: RunBlocking
    ) -> ServerTest:
        """See `contract.CrewAI`."""
        trial = self._of.tool_trial.test_server(server, credentials=credentials, run_blocking=run_blocking)
        test: ServerTest = await trial
        return test

    async def close_models(self) -> None:
        """See `contract.CrewAI`."""
        await asyncio.gather(self._of.models.close_models(), self._of.toolbox.servers_gone())

    def unload(self) -> None:
        """See `contract.CrewAI`."""
        global _loaded
        with _lock:
            if _loaded is self:  # another lab may have put everything back, and a third one loaded it anew
                self._put_back()
                _loaded = None

    def _put_back(self) -> None:
        self._of.bus.put_back(self._taken)
        self._undo()
        for name, level in self._levels.items():
            logging.getLogger(name).setLevel(level)
        logging.getLogger().removeFilter(self._of.silence.is_wanted)
        garbage.put_back()
        self._taken = []


def loaded() -> LoadedCrewAI:
    """crewAI, imported at the first call; thread-safe.

    Raises:
        BuildError: It cannot be imported.
    """
    global _loaded
    with _lock:
        if _loaded is None:
            quiet_environment()
            _loaded = LoadedCrewAI(_modules())
            garbage.set_apart()
        return _loaded


def is_loaded() -> bool:
    """Whether `loaded()` returns at once."""
    return _loaded is not None


def _modules() -> dict[str, Any]:
    try:
        with importing():
            return {name: importlib.import_module(f"crewlab.bridge.{place}") for name, place in _MODULES.items()}
    except ImportError as error:
        hint = "Install the pinned requirements again; `python -m crewlab doctor` shows the versions."
        raise BuildError(f"crewAI cannot be imported: {error}.", hint) from error
