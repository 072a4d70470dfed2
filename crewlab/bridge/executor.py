"""crewAI's agent loop as one coroutine: each state is a method that returns the next one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar, cast

from crewai.agents.agent_executor import AgentExecutor, AgentExecutorState
from crewai.agents.parser import AgentAction, AgentFinish
from crewai.tools.tool_failure import ToolFailure, ToolFailureReason
from crewai.tools.tool_types import ToolResult
from crewai.tools.tool_usage import ToolUsage, ToolUsageError
from crewai.utilities.agent_utils import (
    build_tool_calls_assistant_message,
    extract_tool_call_info,
    format_answer,
    is_native_tool_calling_unsupported_error,
    parse_tool_call_args,
    process_llm_response,
)
from crewai.utilities.i18n import I18N_DEFAULT
from pydantic import BaseModel, PrivateAttr

from crewlab.bridge.compaction import compacted
from crewlab.bridge.failures import is_too_long
from crewlab.bridge.tool_use import ToolAnswer, ToolUse
from crewlab.errors import ModelCallError, OutputError

if TYPE_CHECKING:
    from crewai.utilities.types import LLMMessage

    from crewlab.bridge.crew_agent import CrewAgent
    from crewlab.bridge.crew_task import CrewTask

T = TypeVar("T")
State = Callable[[], Awaitable["State | None"]]


class TaskExecutor(AgentExecutor):
    """Runs one agent on one task: model calls on the loop, tool bodies in the pool, coworkers as coroutines.

    Everything else (prompts, parsing, formats of tools) is crewAI's.
    """

    _tool_use: ToolUse = PrivateAttr()

    def _flow_post_init(self, definition: Any = None) -> None:
        """Without becoming a Flow: that makes a class per executor and registers a global handler."""
        object.__setattr__(self, "_flow_post_init_done", True)
        self._state = AgentExecutorState()

    async def kickoff_async(self, *args: Any, **kwargs: Any) -> None:
        """Go from state to state until there is an answer.

        Raises:
            ModelCallError: A model call failed for good.
            ToolCallError: A tool call ended the task.
            OutputError: There is no answer.
        """
        self._tool_use = ToolUse(self._crew_agent, self.task, self.original_tools)
        self.state.use_native_tools = self._check_native_tool_support()
        if self.state.use_native_tools:
            self._setup_native_tools()
        state: State | None = self._think
        while state is not None:
            state = await state()

    def _setup_messages(self, inputs: dict[str, Any]) -> None:
        """crewAI's prompt, or a conversation that goes on."""
        task = self._crew_task
        if not task.opening:
            super()._setup_messages(inputs)
            return
        self.messages.extend(cast("LLMMessage", dict(message)) for message in task.opening)
        if task.feedback:
            self.messages.append(self._format_feedback_message(task.feedback))

    async def _think(self) -> State | None:
        if self.state.iterations >= self.max_iter:
            return self._conclude
        return self._ask_with_tools if self.state.use_native_tools else self._ask_in_text

    async def _ask_with_tools(self) -> State | None:
        try:
            answer = await self._ask(tools=self._openai_tools)
        except ModelCallError as error:
            if is_native_tool_calling_unsupported_error(error.__context__ or error):
                self._downgrade_to_text_tool_calling()
                return self._think
            return self._shorten_or_raise(error)
        if isinstance(answer, list) and answer and self._is_tool_call_list(answer):
            self.state.pending_tool_calls = list(answer)
            return self._use_tools
        self._answered(answer)
        return None

    async def _ask_in_text(self) -> State | None:
        try:
            answer = await self._ask(response_model=None if self.original_tools else self.response_model)
            if isinstance(answer, BaseModel) or (self.response_model and not self.original_tools):
                self._answered(answer)
                return None
            return self._understood(process_llm_response(str(answer), self.use_stop_words))
        except ModelCallError as error:
            return self._shorten_or_raise(error)

    def _understood(self, answer: AgentAction | AgentFinish) -> State | None:
        self.state.current_answer = answer
        if isinstance(answer, AgentAction):
            return self._use_tool
        self._append_message_to_state(answer.text)
        return None

    async def _use_tools(self) -> State | None:
        """All the calls of one answer, together where their tools allow it."""
        calls = [info for call in self.state.pending_tool_calls if (info := extract_tool_call_info(call))]
        message, _ = build_tool_calls_assistant_message(self.state.pending_tool_calls)
        self.state.pending_tool_calls = []
        if message is not None:
            self.state.messages.append(message)
        for call_id, name, answer in await self._answers(calls):
            content = self._told(name, answer)
            self.state.messages.append({"role": "tool", "tool_call_id": call_id, "name": name, "content": content})
            if answer.is_final:
                self._answered(answer.text)
                return None
        return self._next_round()

    async def _answers(self, calls: list[tuple[str, str, Any]]) -> list[tuple[str, str, ToolAnswer]]:
        """The answers of `calls` in order, up to one that ends the task."""
        if self._tool_use.may_run_together([name for _, name, _ in calls]):
            return await _together([self._called(*call) for call in calls])
        answers = []
        for call in calls:
            answers.append(await self._called(*call))
            if answers[-1][2].is_final:
                break
        return answers

    async def _called(self, call_id: str, name: str, raw: Any) -> tuple[str, str, ToolAnswer]:
        arguments, error = parse_tool_call_args(raw, name, call_id)
        if error is not None:
            return call_id, name, self._tool_use.refuse(name, raw, error["tool_failure"])
        if arguments and not isinstance(arguments, dict):
            return call_id, name, self._tool_use.refuse(name, raw, _not_an_object(name))
        return call_id, name, await self._tool_use.use(name, arguments or {})

    def _told(self, name: str, answer: ToolAnswer) -> str:
        """The result as the model sees it: one that would fill its window is put aside, to be read in parts."""
        result = {
            "result": answer.text,
            "func_name": name,
            "original_tool": answer.tool,
            "tool_failure": answer.failure,
        }
        return self._prepare_tool_result_for_context(result)

    async def _use_tool(self) -> State | None:
        """The one call of an answer in text."""
        action = self.state.current_answer
        if not isinstance(action, AgentAction):
            return self._conclude
        calling = self._read_action(action)
        if isinstance(calling, ToolUsageError):
            answer = ToolAnswer(calling.message)
        else:
            answer = await self._tool_use.use(calling.tool_name, calling.arguments or {})
        return self._observed(action, answer)

    def _observed(self, action: AgentAction, answer: ToolAnswer) -> State | None:
        result = self._handle_agent_action(action, ToolResult(answer.text, answer.is_final))
        self.state.current_answer = result
        self._append_message_to_state(result.text)
        if isinstance(result, AgentFinish):
            return None
        self.state.messages.append({"role": "user", "content": I18N_DEFAULT.slice("post_tool_reasoning")})
        return self._next_round()

    def _read_action(self, action: AgentAction) -> Any:
        """The tool and arguments that a text names: also slightly misspelt, also in almost-JSON."""
        usage = ToolUsage(
            tools_handler=None,
            tools=self.tools,
            task=self.task,
            function_calling_llm=None,  # type: ignore[arg-type]  # crewAI passes None itself
            agent=self.agent,
            action=action,
        )
        return usage.parse_tool_calling(action.text)

    async def _conclude(self) -> State | None:
        """The rounds are used up: one last call, for an answer from what is known."""
        self._append_message_to_state(I18N_DEFAULT.errors("force_final_answer"), role="user")
        answer = await self._ask()
        final = format_answer(str(answer))
        self._answered(final.output if isinstance(final, AgentFinish) else final.text)
        return None

    async def _compress(self) -> State | None:
        """The conversation outgrew the model's window: go on with a summary of it."""
        self.state.messages[:] = await compacted(self.state.messages, self._crew_agent.model)
        return self._next_round()

    def _shorten_or_raise(self, error: ModelCallError) -> State:
        if not self.respect_context_window or not is_too_long(error) or len(self.state.messages) <= 2:
            raise error
        return self._compress

    async def _ask(self, tools: Any = None, response_model: type[BaseModel] | None = None) -> Any:
        answer = await self._crew_agent.model.acall(
            list(self.state.messages),
            tools=tools or None,
            from_task=self.task,
            from_agent=self.agent,
            response_model=response_model,
        )
        if not answer:
            raise OutputError(f"{self._crew_agent.model.name} answered with nothing.", "Use another model.")
        return answer

    def _answered(self, answer: Any) -> None:
        text = answer.model_dump_json() if isinstance(answer, BaseModel) else str(answer)
        output = answer if isinstance(answer, BaseModel) else text
        self.state.current_answer = AgentFinish(thought="", output=output, text=text)
        self.state.is_finished = True
        self._append_message_to_state(text)

    def _next_round(self) -> State:
        self.state.iterations += 1
        return self._think

    @property
    def _crew_task(self) -> CrewTask:
        return self.task  # type: ignore[return-value]  # agents of ours are given no other

    @property
    def _crew_agent(self) -> CrewAgent:
        return self.agent  # type: ignore[return-value]  # only CrewAgent names this executor


def _not_an_object(name: str) -> ToolFailure:
    message = f"Error: the arguments of the tool {name!r} have to be a JSON object."
    return ToolFailure(message=message, reason=ToolFailureReason.INVALID_INPUT, code="not_an_object")


async def _together(calls: list[Coroutine[Any, Any, T]]) -> list[T]:
    """The results of `calls`, which run at once; the first error stops the others and is raised as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(call) for call in calls]
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return [task.result() for task in tasks]
