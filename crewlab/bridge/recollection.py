"""What an agent is told beside its task: what it remembers, and what was looked up for it. Costs nothing when off."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from crewai.tools.base_tool import BaseTool
from crewai.utilities.i18n import I18N_DEFAULT

from crewlab.bridge.attempt_knowledge import CREW, AttemptKnowledge
from crewlab.bridge.attempt_memory import AttemptMemory, Recalled
from crewlab.bridge.contract import BuildRequest, BuiltTask, TaskOutcome
from crewlab.bridge.embedders import embedder_for
from crewlab.bridge.extraction import phrases_in, statements_in, told
from crewlab.bridge.journal import Journal
from crewlab.bridge.looking_up import LookingUp
from crewlab.bridge.memory_tools import ToolMemory, line_of, memory_tools
from crewlab.bridge.recollection_desk import RecollectionDesk, short, shown
from crewlab.bridge.scope import TASK_NAME
from crewlab.definitions.crew import AgentDocument, CrewDocument
from crewlab.definitions.memory import MemoryDocument, embedder_of, memory_of
from crewlab.errors import CrewLabError
from crewlab.executions.error_report import ErrorReport
from crewlab.executions.events import (
    MemoryRecalled,
    MemorySaved,
    MemorySaveFailed,
)
from crewlab.memory.library import Library
from crewlab.memory.ranking import Match

if TYPE_CHECKING:
    from crewlab.bridge.crew_agent import CrewAgent
    from crewlab.bridge.crew_task import CrewTask
    from crewlab.bridge.recorded_model import RecordedModel

_IN_A_PROMPT = 5
"""Memories that a task's prompt is given, as in crewAI."""


class Recollection:
    """Memory and knowledge of one attempt. Coroutines belong to its loop; what blocks runs off it."""

    def __init__(
        self, request: BuildRequest, document: CrewDocument, agents: dict[str, AgentDocument], journal: Journal
    ) -> None:
        library: Library = request.library()  # type: ignore[misc]  # there is one: `recollection_of` asks for it
        self._document, self._agents = document, agents
        self._desk = RecollectionDesk(request, journal)
        self._embedders = {
            name: embedder_for(embedder_of(value), request, journal, library.offline)
            for name, value in _embedders_named(document, agents).items()
        }
        self._memory = AttemptMemory(request, library.memories, self._embedders[CREW])
        knowledge = AttemptKnowledge(document, agents, library.knowledge)
        self._looking_up = LookingUp(self._desk, knowledge, agents, self._embedders)

    async def open(self) -> None:
        """Make the knowledge sources ready.

        Raises:
            CrewLabError: A source cannot be read, or the embedder could not be asked.
        """
        await self._looking_up.open()

    def stand_on(self, execution_id: str | None, task_index: int) -> None:
        """The output of this task is reused: what was learned in it may be recalled."""
        self._memory.stand_on(execution_id, task_index)

    async def inform(self, agent: CrewAgent, task: CrewTask, context: str | None) -> tuple[str, str]:
        """What to add to the prompt of a task: memories, and knowledge.

        Raises:
            CrewLabError: The memories or the sources cannot be searched; a task without them would be another one.
        """
        memories = await self._memories_for(agent, task)
        agent.remember_for_prompt(memories)  # the knowledge is looked up with the whole prompt
        return memories, await self._looking_up.knowledge_for(agent, task, context)

    async def _memories_for(self, agent: CrewAgent, task: CrewTask) -> str:
        keeper, how = self._memory_of(agent.document_name)
        if how is None:
            return ""
        queries = await _queries(task.description, how, agent)
        recall = partial(self._memory.recall, queries, keeper, how, _IN_A_PROMPT)
        began, name, asked = time.perf_counter(), agent.document_name, {"query": task.description}
        found, is_replay = await self._desk.taped("recall memories", asked, name, recall, _recalled)
        self._note_recalled("; ".join(queries), found, name, began, is_replay=is_replay)
        if not found.matches:
            return ""
        lines = "\n".join(line_of(match) for match in found.matches)
        return I18N_DEFAULT.slice("memory").format(memory=f"Relevant memories:\n{lines}")

    def tools(self, agent: str) -> list[BaseTool]:
        """The tools to search and to save memories, for an agent that remembers."""
        keeper, how = self._memory_of(agent)
        if how is None:
            return []
        search = partial(self._search_by_tool, agent, keeper, how)
        return memory_tools(ToolMemory(search, partial(self._learn_by_tool, agent, keeper, how), how.read_only))

    def _search_by_tool(self, agent: str, keeper: str, how: MemoryDocument, query: str, limit: int) -> Sequence[Match]:
        began = time.perf_counter()
        found = self._memory.recall([query], keeper, how, limit)
        self._note_recalled(query, found, agent, began, by_tool=True)
        return found.matches

    def _learn_by_tool(self, agent: str, keeper: str, how: MemoryDocument, contents: Sequence[str]) -> None:
        wanted = [content for content in contents if content.strip()]
        if wanted:
            self._memory.learn(wanted, keeper, agent, how, TASK_NAME.get())

    async def keep(self, task: BuiltTask, outcome: TaskOutcome, model: RecordedModel) -> None:
        """Remember what was learned in a task whose output is accepted. Fails in no way that would lose the task."""
        keeper, how = self._memory_of(outcome.agent)
        if how is None or how.read_only:
            return
        described = self._agents.get(outcome.agent)
        role = described.role if described else outcome.agent
        content = told(task.description, role, task.expected_output, outcome.output)
        statements = await statements_in(content, model) if how.extract else [content]
        began = time.perf_counter()
        keep = partial(self._memory.keep, task.index, task.name, keeper, outcome.agent, how, statements)
        try:
            count = await self._desk.off_loop(keep)
        except CrewLabError as error:
            self._note_failed(error, outcome.agent)
            return
        self._desk.note(
            MemorySaved,
            f"{count} memories kept",
            agent=outcome.agent,
            count=count,
            contents=tuple(short(statement) for statement in statements),
            scope=how.scope,
            embedder=self._memory.embedder.name,
            duration_seconds=time.perf_counter() - began,
        )

    async def publish(self) -> None:
        """The execution is complete: those of its definition that start from now on may recall what it learned."""
        everybody = [self._memory_of(name)[1] for name in [*self._agents, CREW]]
        if any(how is not None and how.scope == "definition" for how in everybody):
            try:
                await self._desk.off_loop(self._memory.publish)
            except CrewLabError as error:
                self._note_failed(error, None)

    def _memory_of(self, agent: str) -> tuple[str, MemoryDocument | None]:
        """Who keeps what the agent remembers (itself, the crew, or all that name a path), and how."""
        described = self._agents.get(agent)
        own = memory_of(described.memory) if described else None
        keeper, how = (agent, own) if own is not None else (CREW, memory_of(self._document.memory))
        return (how.root_scope if how else "") or keeper, how

    def _note_recalled(self, query: str, found: Recalled, agent: str, began: float, **more: bool) -> None:
        self._desk.note(
            MemoryRecalled,
            f"{len(found.matches)} of {found.memories} memories recalled for {agent}",
            agent=agent,
            query=short(query),
            results=len(found.matches),
            found=shown(found.matches),
            memories=found.memories,
            embedder=self._memory.embedder.name,
            duration_seconds=time.perf_counter() - began,
            **more,
        )

    def _note_failed(self, error: CrewLabError, agent: str | None) -> None:
        report = ErrorReport.from_exception(error, task_name=TASK_NAME.get())
        self._desk.note(MemorySaveFailed, f"nothing was kept: {error.message}", agent=agent, error=report)


def _embedders_named(document: CrewDocument, agents: dict[str, AgentDocument]) -> dict[str, Any]:
    """What `embedder` says for the crew and for each agent, which has the crew's when it says nothing."""
    return {CREW: document.embedder, **{name: agent.embedder or document.embedder for name, agent in agents.items()}}


async def _queries(described: str, how: MemoryDocument, agent: CrewAgent) -> list[str]:
    """What is searched for a task: its description, or phrases out of a long one where the memory says so."""
    least = how.query_analysis_threshold
    return [described] if least is None or len(described) < least else await phrases_in(described, agent.model)


def _recalled(value: Any) -> Recalled:
    return Recalled([Match(**match) for match in value.get("matches", [])], value.get("memories", 0))
