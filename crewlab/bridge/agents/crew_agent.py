"""crewAI's agent, with our executor and without what reads or writes files behind the analyst's back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, cast

from crewai import Agent
from crewai.agents.agent_executor import AgentExecutor
from crewai.agents.tools_handler import ToolsHandler
from crewai.tools.agent_tools.base_agent_tools import BaseAgentTool
from crewai.tools.base_tool import BaseTool
from crewai.utilities.agent_utils import get_tool_names, parse_tools
from pydantic import PrivateAttr

from crewlab.bridge.agents.executor import TaskExecutor
from crewlab.bridge.agents.message_copies import copied
from crewlab.bridge.agents.questions import asked
from crewlab.bridge.stock.run import on_stock, stock_run
from crewlab.bridge.stock.tools import stock_tools
from crewlab.bridge.tools.texts import described

if TYPE_CHECKING:
    from crewlab.bridge.agents.roster import Roster
    from crewlab.bridge.contract import Message
    from crewlab.bridge.llms.recorded import RecordedModel
    from crewlab.bridge.tasks.crew_task import CrewTask


class CrewAgent(Agent):
    """An agent of one attempt, for one task at a time."""

    _name: str = PrivateAttr()
    _roster: Roster = PrivateAttr()
    _recollected: tuple[str, str] = PrivateAttr(default=("", ""))

    @property
    def document_name(self) -> str:
        """What the document calls it."""
        return self._name

    @property
    def roster(self) -> Roster:
        """Everybody in the attempt, and what they share."""
        return self._roster

    @property
    def model(self) -> RecordedModel:
        """Its own model."""
        return self.llm  # type: ignore[return-value]  # the roster gives it no other

    @property
    def conversation(self) -> tuple[dict[str, Any], ...]:
        """The messages of its last task so far, as plain JSON."""
        return tuple(copied(self.agent_executor.messages)) if self.agent_executor is not None else ()

    @property
    def planning_model(self) -> RecordedModel:
        """The model that makes its plans; its own, unless its planning names another."""
        return self._roster.planning_model(self._name)

    @property
    def memory_model(self) -> RecordedModel:
        """The model that is asked about its memories; its own, unless its memory names another."""
        return self._roster.memory_model(self._name)

    async def stepped(self, step: Any) -> None:
        """Tell the crew's code, where it wants to know, of a tool that was used as text, or of the answer."""
        await self._roster.stepped(self._name, step)

    def join(self, name: str, roster: Roster) -> CrewAgent:
        """Take a place in the crew of an attempt; returns the agent."""
        self._name, self._roster = name, roster
        return self

    def create_agent_executor(self, tools: list[BaseTool] | None = None, task: Any = None) -> None:
        """A new executor for each task, with crewAI's prompts."""
        given = self._add_skill_loader_tool(list(tools or []), task)
        is_stock = stock_run() is not None
        if is_stock:
            given = stock_tools(given, self, task)
        parsed = parse_tools(given)
        prompt, stop_words, _ = self._build_execution_prompt(given)
        self.agent_executor = (AgentExecutor if is_stock else TaskExecutor)(
            llm=self.model,
            task=task,
            agent=self,
            tools=parsed,
            original_tools=given,
            prompt=prompt,
            stop_words=stop_words,
            max_iter=self.max_iter,
            tools_handler=ToolsHandler() if is_stock else self.tools_handler,  # what was cached is recorded, too
            tools_names=get_tool_names(parsed),
            tools_description=described(parsed),
            respect_context_window=self.respect_context_window,
            use_better_compaction=self.use_better_compaction,
            response_model=task.output_json if task is not None else None,
        )

    async def aexecute_task(self, task: Any, context: str | None = None, tools: list[BaseTool] | None = None) -> Any:
        """Work on a task, told what the agent remembers and what was looked up; a conversation that goes on has that.

        Raises:
            CrewLabError: The model failed for good, or memory or knowledge cannot be read.
        """
        recollection = self._roster.recollection
        if recollection is not None and not task.opening:
            self._recollected = await recollection.inform(self, task, context)
        if not self._roster.is_stock or task.opening:
            return await self._worked_on(task, context, tools)
        task.tools = [
            tool for tool in tools or () if not isinstance(tool, BaseAgentTool)
        ]  # crewAI's planner names them
        with on_stock(self._name, may_shorten=self.respect_context_window):
            return await super().aexecute_task(task, context, tools)

    async def _worked_on(self, task: CrewTask, context: str | None, tools: list[BaseTool] | None) -> Any:
        """crewAI's way from a task to its result, without events that nobody hears: ours tell of all that happens."""
        prompt = self._finalize_task_prompt(self._prepare_task_execution(task, context), tools, task)
        executor = cast("AgentExecutor", self.agent_executor)
        known = {"tool_names": executor.tools_names, "tools": executor.tools_description}
        return await self._result({"input": prompt, **known})

    async def answer(self, question: CrewTask, prompt: str | Sequence[Message], tools: list[BaseTool]) -> Any:
        """What it says to a `prompt` without a task around it, as in crewAI's `kickoff`.

        Raises:
            CrewLabError: The model failed for good, or memory or knowledge cannot be read.
            TimeoutError: It took longer than its `max_execution_time`.
        """
        recollection, is_stock = self._roster.recollection, self._roster.is_stock and not question.opening
        told = await recollection.inform(self, question, None) if recollection and not question.opening else ()
        with on_stock(self._name, may_shorten=self.respect_context_window) if is_stock else nullcontext():
            self.create_agent_executor(tools, question)
            return await self._result(asked(prompt, "".join(told), cast("AgentExecutor", self.agent_executor)))

    async def _result(self, inputs: dict[str, Any]) -> Any:
        """What its executor makes of them, within the time that it has."""
        async with asyncio.timeout(self.max_execution_time):
            return (await cast("AgentExecutor", self.agent_executor).ainvoke(inputs))["output"]

    def remember_for_prompt(self, memories: str) -> None:
        """What the prompts of this agent say of its memories from now on."""
        self._recollected = (memories, "")

    def _retrieve_memory_context(self, task: Any, task_prompt: str) -> str:
        return task_prompt + self._recollected[0]

    def _finalize_task_prompt(self, task_prompt: str, tools: list[BaseTool] | None, task: Any) -> str:
        return super()._finalize_task_prompt(task_prompt + self._recollected[1], tools, task)

    def _use_trained_data(self, task_prompt: str) -> str:
        """With what it has learned, in crewAI's words; never from the pickle file in the current folder."""
        learned = self._roster.instructions(self._name)
        if not learned:
            return task_prompt
        return task_prompt + "\n\nYou MUST follow these instructions: \n - " + "\n - ".join(learned)

    def _check_execution_error(self, e: Exception, task: Any) -> None:
        """Every error ends the task: requests have been retried where that makes sense."""
        raise e


# crewAI reads fields of every agent that it has itself deprecated, so each agent would warn of what nobody set.
for _deprecated in [name for name, field in CrewAgent.model_fields.items() if field.deprecated]:
    setattr(CrewAgent, _deprecated, None)
