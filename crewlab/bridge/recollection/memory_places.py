"""Where each agent of an attempt keeps what it remembers: with the crew, for itself, or under a path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from crewlab.bridge.recollection.attempt_memory import Place
from crewlab.definitions.crew import AgentDocument, CrewDocument, LlmDocument
from crewlab.definitions.memory import EmbedderDocument, memory_of

if TYPE_CHECKING:
    from crewlab.bridge.contract import Llm
    from crewlab.memory.embedding import Embedder
    from crewlab.memory.library import Library

CREW = ""
"""The keeper of what the crew remembers together."""


class Places:
    """The places of one attempt; a memory with an embedder of its own has one of its own."""

    def __init__(
        self,
        document: CrewDocument,
        agents: Mapping[str, AgentDocument],
        library: Library,
        embedder: Embedder,
        make_embedder: Callable[[EmbedderDocument], Embedder],
    ) -> None:
        """`embedder` is the crew's. Raises `ValidationError` where a memory is not described as it should be."""
        self._library, self._embedder, self._make_embedder = library, embedder, make_embedder
        self._crew = self._place(CREW, document.memory)
        own = {name: self._place(name, agent.memory) for name, agent in agents.items()}
        self._own = {name: place for name, place in own.items() if place is not None}

    def of(self, agent: str) -> Place | None:
        """Where the agent remembers; `None` is nowhere."""
        return self._own.get(agent, self._crew)

    def llm(self, agent: str) -> Llm | None:
        """The model that the memory of an agent names for itself."""
        place = self.of(agent)
        named = place.how.llm if place else None
        return named.as_written() if isinstance(named, LlmDocument) else named

    def lasting(self) -> list[Place]:
        """Those that are for later executions, too."""
        return [place for place in (self._crew, *self._own.values()) if place and place.how.scope == "definition"]

    def _place(self, keeper: str, value: Any) -> Place | None:
        how = memory_of(value)
        if how is None:
            return None
        embedder = self._embedder if how.embedder is None else self._make_embedder(how.embedder)
        return Place(how.root_scope or keeper, how, embedder, self._library.memories_of(how.storage))
