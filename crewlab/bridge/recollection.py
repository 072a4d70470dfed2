"""What an agent is told beside its task: what it remembers, and what was looked up for it. Costs nothing when off."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from crewai.tools.base_tool import BaseTool
from crewai.utilities.i18n import I18N_DEFAULT

from crewlab.bridge.attempt_knowledge import CREW, AttemptKnowledge, Looked, files_read
from crewlab.bridge.attempt_memory import AttemptMemory, Recalled
from crewlab.bridge.cassettes.recording import Answer, Recording, tool_request
from crewlab.bridge.contract import BuildRequest, BuiltTask, TaskOutcome
from crewlab.bridge.embedders import embedder_for
from crewlab.bridge.extraction import statements_in, told
from crewlab.bridge.journal import Journal
from crewlab.bridge.memory_tools import ToolMemory, line_of, memory_tools
from crewlab.bridge.scope import TASK_NAME
from crewlab.definitions.crew import AgentDocument, CrewDocument
from crewlab.definitions.knowledge import KnowledgeConfig
from crewlab.definitions.memory import MemoryDocument, embedder_of, memory_of
from crewlab.errors import CrewLabError, ExecutionError
from crewlab.executions.error_report import ErrorReport
from crewlab.executions.events import (
    BaseEvent,
    Found,
    KnowledgeRead,
    KnowledgeSearched,
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

T = TypeVar("T")
_LONGEST_SECONDS = 600.0
_IN_A_PROMPT = 5
"""Memories that a task's prompt is given, as in crewAI."""
_SHOWN_CHARACTERS = 500


class Recollection:
    """Memory and knowledge of one attempt. Coroutines belong to its loop; what blocks runs off it."""

    def __init__(
        self, request: BuildRequest, document: CrewDocument, agents: dict[str, AgentDocument], journal: Journal
    ) -> None:
        library: Library = request.library()  # type: ignore[misc]  # there is one: `recollection_of` asks for it
        self._request, self._document, self._agents, self._journal = request, document, agents, journal
        self._embedders = {
            name: embedder_for(embedder_of(value), request, journal, library.offline)
            for name, value in _embedders_named(document, agents).items()
        }
        self._memory = AttemptMemory(request, library.memories, self._embedders[CREW])
        self._knowledge = AttemptKnowledge(document, agents, library.knowledge)

    # -- knowledge -----------------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Make the knowledge sources ready. A replay that asks nobody needs none.

        Raises:
            KnowledgeError: A file is missing, or cannot be read.
            ModelCallError: The embedder could not be asked.
        """
        deck = self._request.cassette
        if self._knowledge and not (deck and deck.cassette.is_replay and deck.cassette.on_miss == "error"):
            await self._off_loop(self._prepare)

    def _prepare(self) -> None:
        began = time.perf_counter()
        made = [pair for name in self._knowledge.names for pair in self._knowledge.prepare(name, self._embedders[name])]
        files = files_read(made, self._request.knowledge_files)
        changed = [file.path for file in files.values() if file.changed_since_launch]
        pieces = sum(len(prepared.contents) for _, prepared in made)
        told_of = f"; changed since the launch: {', '.join(changed)}" if changed else ""
        self._note(
            KnowledgeRead,
            f"{len(made)} knowledge sources read, {pieces} pieces{told_of}",
            level="warning" if changed else "info",
            sources=len(made),
            pieces=pieces,
            files=tuple(files.values()),
            embedder=self._embedders[CREW].name,
            duration_seconds=time.perf_counter() - began,
        )

    async def _knowledge_for(self, agent: CrewAgent, task: CrewTask, context: str | None) -> str:
        name = agent.document_name
        if not self._knowledge.serves(name):
            return ""
        config = self._config(name)
        prompt = agent._prepare_task_execution(task, context)  # as crewAI is about to make it
        query = await _search_query(prompt, agent.model) if config.rewrite_query else prompt
        if not query.strip():
            return ""
        began = time.perf_counter()
        limit, threshold = config.results_limit, config.score_threshold
        search = partial(self._knowledge.search, query, name, self._embedders, limit, threshold)
        asked = {"query": query, "limit": limit, "threshold": threshold}
        found, is_replay = await self._taped("search knowledge", asked, name, search, _looked)
        self._searched(query, found, name, began, is_replay)
        return _information(found.own) + _information(found.crew)

    def _searched(self, query: str, found: Looked, agent: str, began: float, is_replay: bool) -> None:
        matches = [*found.own, *found.crew]
        self._note(
            KnowledgeSearched,
            f"{len(matches)} pieces of knowledge found for {agent}",
            agent=agent,
            query=_short(query),
            results=len(matches),
            found=_shown(matches),
            embedder=self._embedders[CREW].name,
            duration_seconds=time.perf_counter() - began,
            is_replay=is_replay,
        )

    def _config(self, agent: str) -> KnowledgeConfig:
        described = self._agents.get(agent)
        return KnowledgeConfig.model_validate((described.knowledge_config if described else None) or {})

    # -- memory --------------------------------------------------------------------------------------------------

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
        return memories, await self._knowledge_for(agent, task, context)

    async def _memories_for(self, agent: CrewAgent, task: CrewTask) -> str:
        keeper, how = self._memory_of(agent.document_name)
        if how is None:
            return ""
        recall = partial(self._memory.recall, [task.description], keeper, how, _IN_A_PROMPT)
        began, name, asked = time.perf_counter(), agent.document_name, {"query": task.description}
        found, is_replay = await self._taped("recall memories", asked, name, recall, _recalled)
        self._note_recalled(task.description, found, name, began, is_replay=is_replay)
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
        return memory_tools(ToolMemory(search, partial(self._learn_by_tool, agent, keeper, how)))

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
        if how is None:
            return
        described = self._agents.get(outcome.agent)
        role = described.role if described else outcome.agent
        content = told(task.description, role, task.expected_output, outcome.output)
        statements = await statements_in(content, model) if how.extract else [content]
        began = time.perf_counter()
        keep = partial(self._memory.keep, task.index, task.name, keeper, outcome.agent, how, statements)
        try:
            count = await self._off_loop(keep)
        except CrewLabError as error:
            self._note_failed(error, outcome.agent)
            return
        self._note(
            MemorySaved,
            f"{count} memories kept",
            agent=outcome.agent,
            count=count,
            contents=tuple(_short(statement) for statement in statements),
            scope=how.scope,
            embedder=self._memory.embedder.name,
            duration_seconds=time.perf_counter() - began,
        )

    async def publish(self) -> None:
        """The execution is complete: those of its definition that start from now on may recall what it learned."""
        everybody = [self._memory_of(name)[1] for name in [*self._agents, CREW]]
        if any(how is not None and how.scope == "definition" for how in everybody):
            try:
                await self._off_loop(self._memory.publish)
            except CrewLabError as error:
                self._note_failed(error, None)

    def _memory_of(self, agent: str) -> tuple[str, MemoryDocument | None]:
        """Who keeps what the agent remembers (itself, or the crew), and how."""
        described = self._agents.get(agent)
        own = memory_of(described.memory) if described else None
        return (agent, own) if own is not None else (CREW, memory_of(self._document.memory))

    # -- both ----------------------------------------------------------------------------------------------------

    async def _taped(
        self, name: str, asked: dict[str, Any], agent: str, live: Callable[[], T], read: Callable[[Any], T]
    ) -> tuple[T, bool]:
        """What `live` finds, or had found when a cassette was recorded; and whether it is the latter."""
        deck = self._request.cassette
        if deck is None:
            return await self._off_loop(live), False
        request, task = tool_request(name, {**asked, "agent": agent}), TASK_NAME.get()
        recording = deck.answer("tool_call", request, task)
        if recording is not None:
            return read(json.loads(recording.answer.text or "{}")), True
        found = await self._off_loop(live)
        answer = Answer(text=json.dumps(asdict(found)))  # type: ignore[call-overload]  # both kinds are dataclasses
        deck.keep(Recording(kind="tool_call", task=task, agent=agent, row=deck.row, request=request, answer=answer))
        return found, False

    async def _off_loop(self, function: Callable[[], T]) -> T:
        try:
            running: Awaitable[T] = self._request.run_blocking(function, timeout_seconds=_LONGEST_SECONDS)
            return await running
        except TimeoutError:
            message = f"Memory and knowledge could not be read within {_LONGEST_SECONDS:g} s."
            raise ExecutionError(message, "Is the disk slow, or a knowledge file very large?") from None

    def _note_recalled(self, query: str, found: Recalled, agent: str, began: float, **more: bool) -> None:
        self._note(
            MemoryRecalled,
            f"{len(found.matches)} of {found.memories} memories recalled for {agent}",
            agent=agent,
            query=_short(query),
            results=len(found.matches),
            found=_shown(found.matches),
            memories=found.memories,
            embedder=self._memory.embedder.name,
            duration_seconds=time.perf_counter() - began,
            **more,
        )

    def _note_failed(self, error: CrewLabError, agent: str | None) -> None:
        report = ErrorReport.from_exception(error, task_name=TASK_NAME.get())
        self._note(MemorySaveFailed, f"nothing was kept: {error.message}", agent=agent, error=report)

    def _note(self, kind: type[BaseEvent], message: str, **fields: Any) -> None:
        self._journal.note(kind(**self._journal.key, task_name=TASK_NAME.get(), message=message, **fields))


async def _search_query(prompt: str, model: RecordedModel) -> str:
    """The query that a model makes of a task, asked in crewAI's words."""
    messages = [
        {"role": "system", "content": I18N_DEFAULT.slice("knowledge_search_query_system_prompt")},
        {"role": "user", "content": I18N_DEFAULT.slice("knowledge_search_query").format(task_prompt=prompt)},
    ]
    return str(await model.ask(messages, purpose="knowledge"))


def _embedders_named(document: CrewDocument, agents: dict[str, AgentDocument]) -> dict[str, Any]:
    """What `embedder` says for the crew and for each agent, which has the crew's when it says nothing."""
    return {CREW: document.embedder, **{name: agent.embedder or document.embedder for name, agent in agents.items()}}


def _information(matches: Sequence[Match]) -> str:
    """Pieces of knowledge as crewAI writes them into a prompt."""
    return "Additional Information: " + "\n".join(match.content for match in matches) if matches else ""


def _recalled(value: Any) -> Recalled:
    return Recalled([Match(**match) for match in value.get("matches", [])], value.get("memories", 0))


def _looked(value: Any) -> Looked:
    return Looked(*([Match(**match) for match in value.get(part, [])] for part in ("own", "crew")))


def _shown(matches: Sequence[Match]) -> tuple[Found, ...]:
    return tuple(Found(content=_short(match.content), score=round(match.score, 4)) for match in matches)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
