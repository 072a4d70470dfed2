"""What a crew says for all of its agents, and what their tools remember for the whole attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crewai.agents.cache.cache_handler import CacheHandler

from crewlab.bridge.agents.skills import Skills
from crewlab.bridge.contract import BuildRequest

if TYPE_CHECKING:
    from crewlab.bridge.agents.crew_agent import CrewAgent
    from crewlab.bridge.llms.recorded import RecordedModel
    from crewlab.definitions.crew import AgentDocument, CrewDocument

_EVERYBODY = ""
_READING_SECONDS = 120.0


class SharedSettings:
    """Of one attempt: agents are made anew for each task, and find here what outlives them."""

    def __init__(self, document: CrewDocument, request: BuildRequest) -> None:
        self._document, self._request = document, request
        self._caches: dict[str, CacheHandler] = {}
        self._skills = Skills(document, request.files)

    async def prepare(self) -> None:
        """Read the skills of everybody.

        Raises:
            BuildError: One is missing, or cannot be read.
        """
        if self._skills.are_named:
            await self._request.run_blocking(self._skills.read, timeout_seconds=_READING_SECONDS)

    def skills(self, agent: str) -> list[Any] | None:
        """What the agent called `agent` knows how to do; `None` where nothing says so."""
        return self._skills.of(agent)

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
