"""crewAI's agent executor, whose loop is ours: coroutines all the way, and no Flow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from crewai.agents.agent_executor import AgentExecutor
from crewai.utilities.agent_utils import _llm_stop_words_applied
from pydantic import PrivateAttr
from rich.console import Console

from crewlab.bridge.agents.loop import AgentLoop
from crewlab.bridge.planning.loop import PlanLoop

if TYPE_CHECKING:
    from crewai.utilities.types import LLMMessage

    from crewlab.bridge.agents.crew_agent import CrewAgent
    from crewlab.bridge.llms.recorded import RecordedModel
    from crewlab.bridge.tasks.crew_task import CrewTask
    from crewlab.bridge.tools.use import ToolAnswer

_CONSOLE = Console(quiet=True)
"""For all executors, none of which writes anything: making one costs as much as a prompt."""


class TaskExecutor(AgentExecutor):
    """Runs one agent on one task: model calls on the loop, tool bodies in the pool, coworkers as coroutines.

    Everything else (prompts, parsing, formats of tools) is crewAI's.
    """

    _console: Console = PrivateAttr(default_factory=lambda: _CONSOLE)

    def _flow_post_init(self, definition: Any = None) -> None:
        """Without becoming a Flow: that makes a class per executor and registers a global handler."""
        object.__setattr__(self, "_flow_post_init_done", True)

    async def invoke_async(self, inputs: dict[str, Any]) -> dict[str, Any]:
        """The `output` that it comes to, once: without what crewAI needs to begin again. Raises as `AgentLoop`."""
        self._setup_messages(inputs)
        if self.can_call_functions:
            self._setup_native_tools()
        try:
            with _llm_stop_words_applied(self.model, self):
                return {"output": await self._loop().answered()}
        finally:
            self._cleanup_deferred_tool_results()

    def _loop(self) -> AgentLoop:
        if self.crew_agent.planning_enabled and not self.crew_task.opening:
            return PlanLoop(self, self.messages)
        return AgentLoop(self, self.messages, self.crew_task.kept_rounds)

    def _setup_messages(self, inputs: dict[str, Any]) -> None:
        """crewAI's prompt, or a conversation that goes on."""
        task = self.crew_task
        if not task.opening:
            super()._setup_messages(inputs)
            return
        self.messages.extend(cast("LLMMessage", dict(message)) for message in task.opening)
        if task.feedback:
            self.messages.append(self._format_feedback_message(task.feedback))

    @property
    def can_call_functions(self) -> bool:
        """Whether the model takes tools as functions, and there are any."""
        return self._check_native_tool_support()

    @property
    def functions(self) -> list[dict[str, Any]]:
        """The tools as the model is told of them; a reader of put-aside results may join them while the task runs."""
        return self._openai_tools

    def as_seen(self, name: str, answer: ToolAnswer) -> str:
        """The result as the model sees it: one that would fill its window is put aside, to be read in parts."""
        result = {
            "result": answer.text,
            "func_name": name,
            "original_tool": answer.tool,
            "tool_failure": answer.failure,
        }
        return self._prepare_tool_result_for_context(result)

    @property
    def has_put_aside(self) -> bool:
        """Whether results are kept where only this run of the agent can read them."""
        return self._tool_result_artifact_store is not None

    @property
    def model(self) -> RecordedModel:
        """The agent's model."""
        return self.crew_agent.model

    @property
    def crew_task(self) -> CrewTask:
        """The task; agents of ours are given no other."""
        return self.task  # type: ignore[return-value]  # see the docstring

    @property
    def crew_agent(self) -> CrewAgent:
        """The agent; no other names this executor."""
        return self.agent  # type: ignore[return-value]  # see the docstring
