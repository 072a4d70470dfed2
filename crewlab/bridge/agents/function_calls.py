"""The functions that one answer of a model calls: run together where their tools allow it, answered in order."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from crewai.tools.tool_failure import ToolFailure, ToolFailureReason
from crewai.utilities.agent_utils import (
    build_tool_calls_assistant_message,
    extract_tool_call_info,
    parse_tool_call_args,
)

from crewlab.bridge.tools.use import ToolAnswer, ToolUse

if TYPE_CHECKING:
    from crewlab.bridge.agents.executor import TaskExecutor

T = TypeVar("T")


class FunctionCalls:
    """The tool calls of one conversation, as messages."""

    def __init__(self, executor: TaskExecutor) -> None:
        self._executor = executor
        self._tools = ToolUse(executor.crew_agent, executor.task, executor.original_tools)
        self.used: list[tuple[str, str]] = []
        """The name and the result of each call so far."""

    def request(self, calls: Sequence[Any]) -> dict[str, Any]:
        """The model's message that asked for these calls."""
        message, _ = build_tool_calls_assistant_message(list(calls))
        return dict(message or {"role": "assistant", "content": ""})

    async def answers(self, calls: Sequence[Any]) -> list[tuple[dict[str, Any], ToolAnswer]]:
        """A message and the answer for each call, in order, up to one that ends the task.

        Raises:
            ToolCallError: A tool's failure ends the task.
        """
        infos = [info for call in calls if (info := extract_tool_call_info(call))]
        if self._tools.may_run_together([name for _, name, _ in infos]):
            return await together([self._answer(*info) for info in infos])
        answers = []
        for info in infos:
            answers.append(await self._answer(*info))
            if answers[-1][1].is_final:
                break
        return answers

    async def use(self, name: str, arguments: dict[str, Any]) -> ToolAnswer:
        """Run one tool; see `ToolUse.use`."""
        answer = await self._tools.use(name, arguments)
        self.used.append((name, answer.text))
        return answer

    def refuse(self, name: str, arguments: Any, failure: ToolFailure) -> ToolAnswer:
        """Answer without running the tool; see `ToolUse.refuse`."""
        return self._tools.refuse(name, arguments, failure)

    async def _answer(self, call_id: str, name: str, raw: Any) -> tuple[dict[str, Any], ToolAnswer]:
        answer = await self._called(call_id, name, raw)
        content = self._executor.as_seen(name, answer)
        return {"role": "tool", "tool_call_id": call_id, "name": name, "content": content}, answer

    async def _called(self, call_id: str, name: str, raw: Any) -> ToolAnswer:
        arguments, error = parse_tool_call_args(raw, name, call_id)
        if error is not None:
            return self.refuse(name, raw, error["tool_failure"])
        if arguments and not isinstance(arguments, dict):
            return self.refuse(name, raw, _not_an_object(name))
        return await self.use(name, arguments or {})


def _not_an_object(name: str) -> ToolFailure:
    message = f"Error: the arguments of the tool {name!r} have to be a JSON object."
    return ToolFailure(message=message, reason=ToolFailureReason.INVALID_INPUT, code="not_an_object")


async def together(coroutines: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """The results of what runs at once; the first error stops the others and is raised as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(coroutine) for coroutine in coroutines]
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return [task.result() for task in tasks]
