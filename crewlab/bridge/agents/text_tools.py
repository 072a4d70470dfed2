"""Tools for a model that asks for them in text: what it is told then, in crewAI's words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from crewai.agents.parser import AgentAction
from crewai.tools.tool_failure import ToolFailure, ToolFailureReason
from crewai.tools.tool_usage import ToolUsage, ToolUsageError
from crewai.utilities.i18n import I18N_DEFAULT
from crewai.utilities.string_utils import sanitize_tool_name

from crewlab.bridge.tools.use import ToolAnswer

if TYPE_CHECKING:
    from crewlab.bridge.agents.executor import TaskExecutor
    from crewlab.bridge.agents.function_calls import FunctionCalls

_REMIND_AFTER = 3
"""After so many uses the model is told again which tools there are, and how to ask for them."""


class TextTools:
    """The tool calls that the texts of one conversation ask for, one at a time."""

    def __init__(self, executor: TaskExecutor, calls: FunctionCalls) -> None:
        self._executor, self._calls = executor, calls
        self._last: tuple[str, dict[str, Any]] | None = None
        self._uses = 0

    async def use(self, action: AgentAction) -> ToolAnswer:
        """What the model observes.

        Raises:
            ToolCallError: A tool's failure ends the task.
        """
        calling = self._read(action)
        if isinstance(calling, ToolUsageError):
            return ToolAnswer(calling.message)
        name, arguments = calling.tool_name, calling.arguments or {}
        if self._last == (name, arguments):
            return self._repeated(name, arguments)
        self._last = (name, arguments)
        answer = await self._calls.use(name, arguments)
        return self._reminded(answer) if answer.raised is None else self._moving_on(answer)

    def _read(self, action: AgentAction) -> Any:
        """The tool and arguments that a text names: also slightly misspelt, also in almost-JSON."""
        executor = self._executor
        usage = ToolUsage(
            tools_handler=None,
            tools=executor.tools,
            task=executor.task,
            function_calling_llm=None,  # type: ignore[arg-type]  # crewAI passes None itself
            agent=executor.agent,
            action=action,
        )
        return usage.parse_tool_calling(action.text)

    def _repeated(self, name: str, arguments: dict[str, Any]) -> ToolAnswer:
        """The same call twice in a row would bring nothing new: the tool does not run."""
        text = I18N_DEFAULT.errors("task_repeated_usage").format(tool_names=self._executor.tools_names)
        failure = ToolFailure(message=text, reason=ToolFailureReason.INVALID_INPUT, code="repeated")
        return self._calls.refuse(name, arguments, failure)

    def _moving_on(self, answer: ToolAnswer) -> ToolAnswer:
        """What the tool takes, and the format again, after it raised."""
        assert answer.tool is not None
        tool = answer.tool
        error = I18N_DEFAULT.errors("tool_usage_exception").format(
            error=answer.raised, tool=sanitize_tool_name(tool.name), tool_inputs=tool.formatted_description
        )
        again = I18N_DEFAULT.slice("format").format(tool_names=self._executor.tools_names)
        return replace(answer, text=f"\n{error}.\nMoving on then. {again}")

    def _reminded(self, answer: ToolAnswer) -> ToolAnswer:
        self._uses += 1
        if self._uses % _REMIND_AFTER:
            return answer
        executor = self._executor
        tools = I18N_DEFAULT.slice("tools").format(tools=executor.tools_description, tool_names=executor.tools_names)
        return replace(answer, text=f"{answer.text}\n\n{tools}")
