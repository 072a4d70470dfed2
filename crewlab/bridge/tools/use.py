"""Answers a model that asks for a tool: its result, or why there is none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from crewai.tools.agent_tools.base_agent_tools import BaseAgentTool
from crewai.tools.base_tool import BaseTool
from crewai.tools.tool_failure import (
    ToolExecutionFailedError,
    ToolFailure,
    ToolFailurePolicy,
    ToolFailureReason,
    detect_tool_failure,
    failure_from_exception,
    resolve_tool_failure_policy,
)
from crewai.utilities.agent_utils import check_repeated_tool_call, format_native_tool_output_for_agent
from crewai.utilities.string_utils import sanitize_tool_name

from crewlab.bridge.agents.delegation import delegate
from crewlab.bridge.agents.message_copies import plain
from crewlab.bridge.scope import delegated_by
from crewlab.bridge.tools.call import ToolCall
from crewlab.bridge.tools.run import ToolRaised, recorded, tool_result
from crewlab.errors import ToolCallError

if TYPE_CHECKING:
    from crewlab.bridge.agents.crew_agent import CrewAgent


@dataclass(frozen=True)
class ToolAnswer:
    """What the model is told. `is_final` says that it is the task's answer, too."""

    text: str
    tool: BaseTool | None = None
    failure: ToolFailure | None = None
    raised: str | None = None
    """What the tool raised, or that it took too long."""

    @property
    def is_final(self) -> bool:
        return self.failure is None and bool(getattr(self.tool, "result_as_answer", False))


class ToolUse:
    """The tool calls of one agent on one task."""

    def __init__(self, agent: CrewAgent, task: Any, tools: Sequence[BaseTool]) -> None:
        self._agent, self._task = agent, task
        self._given = tools
        self._seen: dict[int, int] = {}

    @property
    def _tools(self) -> dict[str, BaseTool]:
        """By name. Looked up anew: a reader of results that were put aside may join the list while the task runs."""
        return {sanitize_tool_name(tool.name): tool for tool in self._given}

    def may_run_together(self, names: Sequence[str]) -> bool:
        """Whether calls of these tools may run at the same time: none ends the task or counts its uses."""
        tools = [self._tools.get(name) for name in names]
        return all(tool is None or not (tool.result_as_answer or tool.max_usage_count is not None) for tool in tools)

    async def use(self, name: str, arguments: dict[str, Any]) -> ToolAnswer:
        """Run tool `name` and record it. A tool that fails is an answer, too: the model may find another way.

        Raises:
            ToolCallError: The failure policy says `raise`, or this is the same call with the same result again
                and again.
        """
        answer = await self.answer(name, arguments)
        self._stop_if_useless(name, arguments, answer)
        return answer

    async def answer(self, name: str, arguments: dict[str, Any]) -> ToolAnswer:
        """`use`, for a loop that looks after useless calls by itself."""
        tool = self._tools.get(sanitize_tool_name(name))
        shown = tool.name if tool is not None else name
        call = ToolCall(self._agent.roster.journal, shown, plain(arguments), self._agent.document_name)
        call.journal.start(call)
        return await self._answer(call, tool, name, arguments)

    def refuse(self, name: str, arguments: Any, failure: ToolFailure) -> ToolAnswer:
        """Record a call whose arguments cannot be used, and tell the model why.

        Raises:
            ToolCallError: As `use`.
        """
        tool = self._tools.get(sanitize_tool_name(name))
        shown = tool.name if tool is not None else name
        call = ToolCall(self._agent.roster.journal, shown, plain(arguments), self._agent.document_name)
        call.journal.start(call)
        call.failed(ToolCallError(failure.message), failure.message)
        answer = ToolAnswer(failure.message, tool, failure)
        self._stop_if_useless(name, {"arguments": arguments}, answer)
        return answer

    async def _answer(self, call: ToolCall, tool: BaseTool | None, name: str, arguments: dict[str, Any]) -> ToolAnswer:
        if tool is None:
            return self._unknown(call, name)
        cached = self._cached(name, arguments)
        if cached is not None:
            call.from_cache = True
            return self._told(call, tool, cached)
        if tool.max_usage_count is not None and tool.current_usage_count >= tool.max_usage_count:
            return self._used_up(call, tool, name)
        try:
            result = await self._run(call, tool, arguments)
        except ToolRaised as raised:
            return self._raised(call, tool, raised)
        self._keep(tool, name, arguments, result)
        return self._told(call, tool, result)

    async def _run(self, call: ToolCall, tool: BaseTool, arguments: dict[str, Any]) -> Any:
        roster = self._agent.roster
        if isinstance(tool, BaseAgentTool):
            self._task.increment_delegations(arguments.get("coworker"))
            with delegated_by(call.call_id):
                return await recorded(call, partial(delegate, tool, arguments), roster.tool_timeout_seconds)
        return await tool_result(call, tool, arguments, roster)

    def _told(self, call: ToolCall, tool: BaseTool, result: Any) -> ToolAnswer:
        text, failure = format_native_tool_output_for_agent(tool, result), detect_tool_failure(result)
        if failure is None:
            call.completed(text)
        else:
            call.failed(ToolCallError(failure.message), text)
        return ToolAnswer(text, tool, failure)

    def _raised(self, call: ToolCall, tool: BaseTool, raised: ToolRaised) -> ToolAnswer:
        text, error = f"Error executing tool: {raised.reason}", raised.error
        self._task.increment_tools_errors()
        call.failed(ToolCallError(f"{tool.name}: {raised.reason}") if isinstance(error, TimeoutError) else error, text)
        return ToolAnswer(text, tool, failure_from_exception(error), raised=raised.reason)

    def _used_up(self, call: ToolCall, tool: BaseTool, name: str) -> ToolAnswer:
        most = tool.max_usage_count
        text = f"Tool '{name}' has reached its usage limit of {most} times and cannot be used anymore."
        call.failed(ToolCallError(text), text)
        return ToolAnswer(text, tool, ToolFailure(message=text, reason=ToolFailureReason.USAGE_LIMIT))

    def _unknown(self, call: ToolCall, name: str) -> ToolAnswer:
        text = f"There is no tool {name!r}. The tools are: {', '.join(self._tools) or 'none'}."
        call.failed(ToolCallError(text), text)
        return ToolAnswer(text, None, ToolFailure(message=text, reason=ToolFailureReason.UNKNOWN_TOOL, code=name))

    def _stop_if_useless(self, name: str, arguments: dict[str, Any], answer: ToolAnswer) -> None:
        policy = resolve_tool_failure_policy(tool=answer.tool, agent=self._agent, task=self._task)
        if answer.failure is not None and policy is ToolFailurePolicy.RAISE:
            hint = "The tool failure policy of the agent or task is `raise`."
            raise ToolCallError(f"The tool {name} failed: {answer.failure.message}", hint)
        try:
            check_repeated_tool_call(
                self._seen,
                tool_name=name,
                tool_args=arguments,
                result=answer.text,
                agent=self._agent,
                task=self._task,
            )
        except ToolExecutionFailedError as error:
            hint = "Give the agent another tool or a clearer description, or use a stronger model."
            raise ToolCallError(error.record.failure.message, hint) from None

    def _cached(self, name: str, arguments: dict[str, Any]) -> Any:
        cache = getattr(self._agent.tools_handler, "cache", None)
        return cache.read(tool=name, input=_key(arguments)) if cache else None

    def _keep(self, tool: BaseTool, name: str, arguments: dict[str, Any], result: Any) -> None:
        cache = getattr(self._agent.tools_handler, "cache", None)
        if cache and detect_tool_failure(result) is None and tool.cache_function(arguments, result):
            cache.add(tool=name, input=_key(arguments), output=result)


def _key(arguments: dict[str, Any]) -> str:
    return json.dumps(arguments, default=str) if arguments else ""
