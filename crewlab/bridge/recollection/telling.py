"""What an agent is told beside its task: what it remembers, and what was looked up for it. Costs nothing when off."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from crewai.tools.base_tool import BaseTool
from crewai.utilities.i18n import I18N_DEFAULT

from crewlab.bridge.contract import BuildRequest, BuiltTask, Llm, TaskOutcome
from crewlab.bridge.journal import Journal
from crewlab.bridge.recollection.attempt_knowledge import CREW, AttemptKnowledge
from crewlab.bridge.recollection.attempt_memory import AttemptMemory, Place, Recalled, recalled_from
from crewlab.bridge.recollection.deep_recall import Deep, Question, deeply
from crewlab.bridge.recollection.desk import RecollectionDesk, short, shown
from crewlab.bridge.recollection.embedders import embedder_for
from crewlab.bridge.recollection.extraction import statements_in, told
from crewlab.bridge.recollection.keeping import Keeping
from crewlab.bridge.recollection.looking_up import LookingUp
from crewlab.bridge.recollection.memory_places import Places
from crewlab.bridge.recollection.memory_tools import ToolMemory, line_of, memory_tools
from crewlab.bridge.scope import TASK_NAME
from crewlab.definitions.crew import AgentDocument, CrewDocument
from crewlab.definitions.memory import embedder_of
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
    from crewlab.bridge.agents.crew_agent import CrewAgent
    from crewlab.bridge.llms.recorded import RecordedModel
    from crewlab.bridge.tasks.crew_task import CrewTask

_IN_A_PROMPT = 5
"""Memories that a task's prompt is given, as in crewAI."""


class Recollection:
    """Memory and knowledge of one attempt. Coroutines belong to its loop; what blocks runs off it."""

    def __init__(
        self, request: BuildRequest, document: CrewDocument, agents: dict[str, AgentDocument], journal: Journal
    ) -> None:
        library: Library = request.library()  # type: ignore[misc]  # there is one: `recollection_of` asks for it
        self._agents = agents
        self._desk = RecollectionDesk(request, journal)
        embedder = partial(embedder_for, request=request, journal=journal, offline=library.offline)
        named = _embedders_named(document, agents)
        embedders = {name: embedder(embedder_of(value)) for name, value in named.items()}
        self._memory = AttemptMemory(request)
        self._keeping = Keeping(self._memory, self._desk)
        self._places = Places(document, agents, library, embedders[CREW], embedder)
        knowledge = AttemptKnowledge(document, agents, library.knowledge)
        self._looking_up = LookingUp(self._desk, knowledge, agents, embedders)

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

    def memory_llm(self, agent: str) -> Llm | None:
        """The model that the memory of an agent names; `None` is that of the agent."""
        return self._places.llm(agent)

    async def _memories_for(self, agent: CrewAgent, task: CrewTask) -> str:
        place, name = self._places.of(agent.document_name), agent.document_name
        if place is None:
            return ""
        began, look = time.perf_counter(), partial(self._looked, place, name)
        deep = await deeply(task.description, place.how, look, agent.memory_model)
        self._note_recalled(deep, place, name, began)
        found = deep.found
        if not found.matches:
            return ""
        lines = "\n".join(line_of(match) for match in found.matches)
        return I18N_DEFAULT.slice("memory").format(memory=f"Relevant memories:\n{lines}")

    async def _looked(self, place: Place, agent: str, question: Question) -> tuple[Recalled, bool]:
        recall = partial(self._memory.recall, question.everything, place, _IN_A_PROMPT, question.since)
        more = {"missing": question.missing} if question.missing else {}
        return await self._desk.taped("recall memories", {"query": question.text, **more}, agent, recall, recalled_from)

    def tools(self, agent: str, model: RecordedModel) -> list[BaseTool]:
        """The tools to search and to save memories, for an agent that remembers; `model` is asked about them."""
        place = self._places.of(agent)
        if place is None:
            return []
        search = partial(self._search_by_tool, agent, place, model)
        learn = partial(self._learn_by_tool, agent, place)
        return memory_tools(ToolMemory(search, learn, place.how.read_only))

    async def _search_by_tool(
        self, agent: str, place: Place, model: RecordedModel, query: str, limit: int
    ) -> Sequence[Match]:
        async def look(question: Question) -> tuple[Recalled, bool]:
            recall = partial(self._memory.recall, question.everything, place, limit, question.since)
            return await self._desk.off_loop(recall), False

        began = time.perf_counter()
        deep = await deeply(query, place.how, look, model)
        self._note_recalled(deep, place, agent, began, by_tool=True)
        return deep.found.matches

    def _learn_by_tool(self, agent: str, place: Place, contents: Sequence[str]) -> None:
        wanted = [content for content in contents if content.strip()]
        if wanted:
            self._memory.learn(wanted, place, agent, TASK_NAME.get())

    async def keep(self, task: BuiltTask, outcome: TaskOutcome, model: RecordedModel) -> None:
        """Remember what was learned in a task whose output is accepted. Fails in no way that would lose the task."""
        place = self._places.of(outcome.agent)
        if place is None or place.how.read_only:
            return
        described = self._agents.get(outcome.agent)
        role = described.role if described else outcome.agent
        content = told(task.description, role, task.expected_output, outcome.output)
        statements = await statements_in(content, model) if place.how.extract else [content]
        began = time.perf_counter()
        try:
            count, replaced = await self._keeping.keep(task, outcome.agent, place, statements, model)
        except CrewLabError as error:
            self._note_failed(error, outcome.agent)
            return
        self._desk.note(
            MemorySaved,
            f"{count} memories kept{f', {replaced} rewritten or given up' if replaced else ''}",
            agent=outcome.agent,
            count=count,
            replaced=replaced,
            contents=tuple(short(statement) for statement in statements),
            scope=place.how.scope,
            embedder=place.embedder.name,
            duration_seconds=time.perf_counter() - began,
        )

    async def publish(self) -> None:
        """The execution is complete: those of its definition that start from now on may recall what it learned."""
        for memories in dict.fromkeys(place.memories for place in self._places.lasting()):
            try:
                await self._desk.off_loop(partial(self._memory.publish, memories))
            except CrewLabError as error:
                self._note_failed(error, None)

    def _note_recalled(self, deep: Deep, place: Place, agent: str, began: float, *, by_tool: bool = False) -> None:
        found = deep.found
        self._desk.note(
            MemoryRecalled,
            f"{len(found.matches)} of {found.memories} memories recalled for {agent}",
            agent=agent,
            query=short("; ".join(deep.question.queries)),
            results=len(found.matches),
            found=shown(found.matches),
            memories=found.memories,
            by_tool=by_tool,
            explored=deep.rounds,
            missing=deep.question.missing,
            embedder=place.embedder.name,
            duration_seconds=time.perf_counter() - began,
            is_replay=deep.is_replay,
        )

    def _note_failed(self, error: CrewLabError, agent: str | None) -> None:
        report = ErrorReport.from_exception(error, task_name=TASK_NAME.get())
        self._desk.note(MemorySaveFailed, f"nothing was kept: {error.message}", agent=agent, error=report)


def _embedders_named(document: CrewDocument, agents: dict[str, AgentDocument]) -> dict[str, Any]:
    """What `embedder` says for the crew and for each agent, which has the crew's when it says nothing."""
    return {CREW: document.embedder, **{name: agent.embedder or document.embedder for name, agent in agents.items()}}
