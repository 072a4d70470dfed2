"""Looks things up for an agent: a query is made of its task, and the best pieces go into its prompt."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from crewai.utilities.i18n import I18N_DEFAULT

from crewlab.bridge.recollection.attempt_knowledge import CREW, AttemptKnowledge, Looked, files_read
from crewlab.bridge.recollection.desk import RecollectionDesk, short, shown
from crewlab.definitions.crew import AgentDocument
from crewlab.definitions.knowledge import KnowledgeConfig
from crewlab.executions.events import KnowledgeRead, KnowledgeSearched
from crewlab.memory.ranking import Match

if TYPE_CHECKING:
    from crewlab.bridge.agents.crew_agent import CrewAgent
    from crewlab.bridge.llms.recorded import RecordedModel
    from crewlab.bridge.tasks.crew_task import CrewTask
    from crewlab.memory.embedding import Embedder


class LookingUp:
    """The knowledge sources of one attempt, in use."""

    def __init__(
        self,
        desk: RecollectionDesk,
        knowledge: AttemptKnowledge,
        agents: Mapping[str, AgentDocument],
        embedders: Mapping[str, Embedder],
    ) -> None:
        self._desk, self._knowledge, self._agents, self._embedders = desk, knowledge, agents, embedders

    async def open(self) -> None:
        """Make the knowledge sources ready. A replay that asks nobody needs none.

        Raises:
            KnowledgeError: A file is missing, or cannot be read.
            ModelCallError: The embedder could not be asked.
        """
        if self._knowledge and not self._desk.asks_nobody:
            await self._desk.off_loop(self._prepare)

    def _prepare(self) -> None:
        began = time.perf_counter()
        made = [pair for name in self._knowledge.names for pair in self._knowledge.prepare(name, self._embedders[name])]
        files = files_read(made, self._desk.request.knowledge_files)
        changed = [file.path for file in files.values() if file.changed_since_launch]
        pieces = sum(len(prepared.contents) for _, prepared in made)
        told_of = f"; changed since the launch: {', '.join(changed)}" if changed else ""
        self._desk.note(
            KnowledgeRead,
            f"{len(made)} knowledge sources read, {pieces} pieces{told_of}",
            level="warning" if changed else "info",
            sources=len(made),
            pieces=pieces,
            files=tuple(files.values()),
            embedder=self._embedders[CREW].name,
            duration_seconds=time.perf_counter() - began,
        )

    async def knowledge_for(self, agent: CrewAgent, task: CrewTask, context: str | None) -> str:
        """What to add to the prompt of a task; an empty text when nothing was found.

        Raises:
            CrewLabError: The sources cannot be searched, or the model cannot be asked for a query.
        """
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
        found, is_replay = await self._desk.taped("search knowledge", asked, name, search, _looked)
        self._searched(query, found, name, began, is_replay)
        return _information(found.own) + _information(found.crew)

    def _searched(self, query: str, found: Looked, agent: str, began: float, is_replay: bool) -> None:
        matches = [*found.own, *found.crew]
        self._desk.note(
            KnowledgeSearched,
            f"{len(matches)} pieces of knowledge found for {agent}",
            agent=agent,
            query=short(query),
            results=len(matches),
            found=shown(matches),
            embedder=self._embedders[CREW].name,
            duration_seconds=time.perf_counter() - began,
            is_replay=is_replay,
        )

    def _config(self, agent: str) -> KnowledgeConfig:
        described = self._agents.get(agent)
        return KnowledgeConfig.model_validate((described.knowledge_config if described else None) or {})


async def _search_query(prompt: str, model: RecordedModel) -> str:
    """The query that a model makes of a task, asked in crewAI's words."""
    messages = [
        {"role": "system", "content": I18N_DEFAULT.slice("knowledge_search_query_system_prompt")},
        {"role": "user", "content": I18N_DEFAULT.slice("knowledge_search_query").format(task_prompt=prompt)},
    ]
    return str(await model.ask(messages, purpose="knowledge"))


def _information(matches: Sequence[Match]) -> str:
    """Pieces of knowledge as crewAI writes them into a prompt."""
    return "Additional Information: " + "\n".join(match.content for match in matches) if matches else ""


def _looked(value: Any) -> Looked:
    return Looked(*([Match(**match) for match in value.get(part, [])] for part in ("own", "crew")))
