"""What a crew says for all of its agents, and what their tools remember for the whole attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewai.agents.cache.cache_handler import CacheHandler

if TYPE_CHECKING:
    from crewlab.bridge.crew_agent import CrewAgent
    from crewlab.bridge.recorded_model import RecordedModel
    from crewlab.definitions.crew import AgentDocument, CrewDocument

_EVERYBODY = ""


class SharedSettings:
    """Of one attempt: agents are made anew for each task, and find here what outlives them."""

    def __init__(self, document: CrewDocument) -> None:
        self._document = document
        self._caches: dict[str, CacheHandler] = {}

    def settle(self, agent: CrewAgent, described: AgentDocument) -> CrewAgent:
        """`agent`, with whatever the crew says and it does not say itself."""
        if described.tool_failure_policy is None and self._document.tool_failure_policy is not None:
            agent.tool_failure_policy = self._document.tool_failure_policy  # type: ignore[assignment]  # crewAI reads its text
        if (cache := self._cache_of(agent.document_name, described)) is not None:
            agent.set_cache_handler(cache)
        return agent

    def stream(self, model: RecordedModel) -> RecordedModel:
        """`model`, which hands over its answers word by word where the crew says so."""
        model.stream = model.stream or bool(self._document.stream)
        return model

    def _cache_of(self, name: str, described: AgentDocument) -> CacheHandler | None:
        """One for everybody where the crew has one, one of its own for an agent that asks for it, or none."""
        if described.cache is False or not (self._document.cache or described.cache):
            return None
        return self._caches.setdefault(_EVERYBODY if self._document.cache else name, CacheHandler())
