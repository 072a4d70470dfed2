"""The knowledge sources of one attempt's crew and agents, searched together as crewAI does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crewlab.definitions.crew import AgentDocument, CrewDocument
from crewlab.definitions.knowledge import KnowledgeSource, sources_of
from crewlab.executions.events import KnowledgeFileRead
from crewlab.memory.knowledge import Knowledge, Prepared
from crewlab.memory.ranking import Match

if TYPE_CHECKING:
    from crewlab.memory.embedding import Embedder

CREW = ""
"""The place of the crew's own sources among those of the agents."""


@dataclass(frozen=True)
class Looked:
    """What was found for an agent: among its own sources, and among those of the crew."""

    own: list[Match]
    crew: list[Match]


class AttemptKnowledge:
    """Sources by agent. `prepare` and `search` block, and are safe from any thread."""

    def __init__(self, document: CrewDocument, agents: Mapping[str, AgentDocument], knowledge: Knowledge) -> None:
        named = {CREW: document.knowledge_sources, **{name: a.knowledge_sources for name, a in agents.items()}}
        self._sources = {name: sources for name, value in named.items() if (sources := sources_of(value))}
        self._knowledge = knowledge
        self._prepared: dict[str, list[Prepared]] = {}

    def __bool__(self) -> bool:
        return bool(self._sources)

    def serves(self, agent: str) -> bool:
        """Whether there is anything that the agent could look things up in."""
        return CREW in self._sources or agent in self._sources

    @property
    def names(self) -> Sequence[str]:
        """Who has sources: agents, and `CREW`."""
        return list(self._sources)

    def prepare(self, name: str, embedder: Embedder) -> list[tuple[KnowledgeSource, Prepared]]:
        """Make the sources of the crew or of an agent ready, with the embedder that it is going to be searched by.

        Raises:
            KnowledgeError: A file is missing, or cannot be read.
            ModelCallError: The embedder could not be asked.
        """
        made = [(source, self._knowledge.prepared(source, embedder)) for source in self._sources[name]]
        self._prepared[name] = [prepared for _, prepared in made]
        return made

    def search(self, query: str, agent: str, embedders: Mapping[str, Embedder], limit: int, threshold: float) -> Looked:
        """The best pieces of the agent's own sources and of the crew's, `limit` of each."""
        found = {name: self._search_of(name, query, embedders, limit, threshold) for name in (agent, CREW)}
        return Looked(found[agent], found[CREW])

    def _search_of(
        self, name: str, query: str, embedders: Mapping[str, Embedder], limit: int, threshold: float
    ) -> list[Match]:
        sources = self._prepared.get(name, [])
        if not sources:
            return []
        embedder = embedders[name]
        found = [match for source in sources for match in source.search(query, embedder, limit, threshold)]
        return sorted(found, key=lambda match: -match.score)[:limit]


def files_read(
    made: Sequence[tuple[KnowledgeSource, Prepared]], at_launch: Mapping[str, str]
) -> dict[str, KnowledgeFileRead]:
    """The files among some sources, each with whether it is another one than at the launch."""
    return {
        source.path: KnowledgeFileRead(
            path=source.path,
            sha256=prepared.sha256,
            changed_since_launch=at_launch.get(source.path, prepared.sha256) != prepared.sha256,
        )
        for source, prepared in made
        if source.path is not None
    }
