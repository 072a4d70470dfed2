"""A conversation of an agent with its model, from the question to the answer: one short method for each state."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from crewai.agents.parser import AgentAction, AgentFinish, OutputParserError, parse
from crewai.utilities.agent_utils import (
    build_text_tool_calling_fallback_message,
    format_answer,
    is_native_tool_calling_unsupported_error,
    is_tool_call_list,
)
from crewai.utilities.i18n import I18N_DEFAULT
from crewai.utilities.message_utils import format_message_for_llm
from pydantic import BaseModel

from crewlab.bridge.agents.compaction import compacted
from crewlab.bridge.agents.function_calls import FunctionCalls
from crewlab.bridge.agents.states import Method, State, run
from crewlab.bridge.agents.text_tools import TextTools
from crewlab.bridge.llms.failures import is_too_long
from crewlab.bridge.tools.use import ToolAnswer
from crewlab.errors import ModelCallError, OutputError

if TYPE_CHECKING:
    from crewlab.bridge.agents.executor import TaskExecutor
    from crewlab.bridge.checkpoints.kept_rounds import KeptRounds


_ACTION = re.compile(r"^[\s*#]*Action\s*\d*\s*:", re.MULTILINE)


class AgentLoop:
    """The rounds of one task. `answer` is there when `answered()` has returned."""

    def __init__(self, executor: TaskExecutor, messages: list[Any], kept: KeptRounds | None = None) -> None:
        self.answer: Any = None
        self.messages = messages
        self._executor = executor
        self._calls = FunctionCalls(executor)
        self._text_tools = TextTools(executor, self._calls)
        self._kept = kept
        self._rounds = kept.done if kept else 0
        self._uses_functions = executor.can_call_functions
        self._wanted: list[Any] = []
        self._action: AgentAction | None = None
        self._unread = ("", "")

    async def answered(self) -> Any:
        """What the agent answers: a text, or an object of the task's schema.

        Raises:
            ModelCallError: A model call failed for good.
            ToolCallError: A tool call ended the task.
            OutputError: There is no answer.
            CodeError: Code that the crew calls after each step fails.
        """
        await run(State.THINK, self.methods)
        finished = AgentFinish(thought="", output=self.answer, text=as_text(self.answer))
        await self._executor.crew_agent.stepped(finished)
        return self.answer

    @cached_property
    def methods(self) -> Mapping[State, Method]:
        """What is done in each state of a conversation."""
        return {
            State.THINK: self._think,
            State.ASK_WITH_TOOLS: self._ask_with_tools,
            State.ASK_IN_TEXT: self._ask_in_text,
            State.USE_TOOLS: self._use_tools,
            State.USE_TOOL: self._use_tool,
            State.RECOVER: self._recover,
            State.COMPRESS: self._compress,
            State.CONCLUDE: self._conclude,
        }

    @property
    def _max_rounds(self) -> int:
        return self._executor.max_iter

    @property
    def _schema(self) -> type[BaseModel] | None:
        """What the model is held to; with tools at hand it answers in text, which is read afterwards."""
        return None if self._executor.original_tools else self._executor.response_model

    async def _think(self) -> State:
        if self._rounds >= self._max_rounds:
            return State.CONCLUDE
        return State.ASK_WITH_TOOLS if self._uses_functions else State.ASK_IN_TEXT

    async def _ask_with_tools(self) -> State:
        try:
            answer = await self._ask(tools=self._executor.functions)
        except ModelCallError as error:
            return self._in_text(error) or self._shorter(error)
        if isinstance(answer, list) and is_tool_call_list(answer):
            self._wanted = answer
            return State.USE_TOOLS
        return self._done(answer)

    async def _ask_in_text(self) -> State:
        try:
            answer = await self._ask(response_model=self._schema)
        except ModelCallError as error:
            return self._shorter(error)
        return self._done(answer) if self._schema or isinstance(answer, BaseModel) else self._read(str(answer))

    def _read(self, text: str) -> State:
        """The tool that a text asks for, or the text as the answer."""
        try:
            read = parse(text)
        except OutputParserError as error:
            if not self._executor.tools or not _names_a_tool(text):
                return self._done(text)
            self._unread = (text, error.error)
            return State.RECOVER
        if isinstance(read, AgentFinish):
            return self._done(read.output, text=read.text)
        self._action = read
        return State.USE_TOOL

    async def _use_tools(self) -> State:
        """All the calls of one answer, together where their tools allow it."""
        wanted, self._wanted = self._wanted, []
        self.messages.append(self._calls.request(wanted))
        for message, answer in await self._calls.answers(wanted):
            self.messages.append(message)
            if answer.is_final:
                return self._done(answer.text)
        return self._next_round()

    async def _use_tool(self) -> State:
        """The one call of an answer in text."""
        assert self._action is not None
        used = await self._text_tools.use(self._action)
        self._action.result = used.text
        await self._executor.crew_agent.stepped(self._action)
        return self._observed(self._action, used)

    def _observed(self, action: AgentAction, answer: ToolAnswer) -> State:
        """The model's text and what it observed then are one message, as in crewAI."""
        text = f"{action.text}\nObservation: {answer.text}"
        if answer.is_final:
            return self._done(answer.text, text=text)
        self._say(text, "assistant")
        self._say(I18N_DEFAULT.slice("post_tool_reasoning"))
        return self._next_round()

    async def _recover(self) -> State:
        text, error = self._unread
        self._say(text, "assistant")
        self._say(error)
        return self._next_round()

    async def _compress(self) -> State:
        """The conversation outgrew the model's window: go on with a summary of it."""
        self.messages[:] = await compacted(self.messages, self._executor.model)
        return self._next_round()

    async def _conclude(self) -> State:
        """One last call, for an answer from what is known."""
        self._say(I18N_DEFAULT.errors("force_final_answer"))
        final = format_answer(str(await self._ask()))
        return self._done(final.output if isinstance(final, AgentFinish) else final.text)

    def _in_text(self, error: ModelCallError) -> State | None:
        """A model that refuses functions is told of its tools in words."""
        if not is_native_tool_calling_unsupported_error(error.__context__ or error):
            return None
        self._uses_functions = False
        executor = self._executor
        self._say(build_text_tool_calling_fallback_message(executor.tools_description, executor.tools_names))
        return State.THINK

    def _shorter(self, error: ModelCallError) -> State:
        if not self._executor.respect_context_window or not is_too_long(error) or len(self.messages) <= 2:
            raise error
        return State.COMPRESS

    async def _ask(self, tools: Any = None, response_model: type[BaseModel] | None = None) -> Any:
        model = self._executor.model
        answer = await model.acall(
            list(self.messages),
            tools=tools or None,
            from_task=self._executor.task,
            from_agent=self._executor.agent,
            response_model=response_model,
        )
        if not answer:
            raise OutputError(f"{model.name} answered with nothing.", "Use another model.")
        return answer

    def _done(self, answer: Any, *, text: str | None = None) -> State:
        self.answer = answer if isinstance(answer, BaseModel) else str(answer)
        self._say(as_text(self.answer) if text is None else text, "assistant")
        return State.DONE

    def _next_round(self) -> State:
        self._rounds += 1
        if self._kept is not None and not self._executor.has_put_aside:
            self._kept.tell(self.messages, self._rounds)
        return State.THINK

    def _say(self, text: str, role: Literal["user", "assistant"] = "user") -> None:
        self.messages.append(format_message_for_llm(text, role=role))


def as_text(answer: Any) -> str:
    """What an answer is called in a conversation."""
    return answer.model_dump_json() if isinstance(answer, BaseModel) else str(answer)


def _names_a_tool(text: str) -> bool:
    """Whether a text that cannot be read was meant to ask for a tool; any other is the answer."""
    return _ACTION.search(text) is not None
