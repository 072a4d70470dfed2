"""crewAI's agent, with our executor and without what reads or writes files behind the analyst's back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from crewai import Agent
from crewai.agents.agent_builder.base_agent import BaseAgent
from crewai.tools.base_tool import BaseTool
from pydantic import PrivateAttr

from crewlab.bridge.delegation import delegation_tools

if TYPE_CHECKING:
    from crewlab.bridge.recorded_model import RecordedModel
    from crewlab.bridge.roster import Roster


class CrewAgent(Agent):
    """An agent of one attempt, for one task at a time."""

    _name: str = PrivateAttr()
    _roster: Roster = PrivateAttr()

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

    def join(self, name: str, roster: Roster) -> CrewAgent:
        """Take a place in the crew of an attempt; returns the agent."""
        self._name, self._roster = name, roster
        return self

    def get_delegation_tools(self, agents: Sequence[BaseAgent]) -> list[BaseTool]:
        return delegation_tools([agent for agent in agents if isinstance(agent, CrewAgent)])

    def _use_trained_data(self, task_prompt: str) -> str:
        """Without the pickle file that crewAI would load from the current folder."""
        return task_prompt

    def _check_execution_error(self, e: Exception, task: Any) -> None:
        """Every error ends the task: requests have been retried where that makes sense."""
        raise e
