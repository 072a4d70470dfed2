"""The cases: a crew, and a model that answers by a script. Both executors meet the same script."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crewlab.bridge.rehearsal.answers import Answer
from tests.model_server import Body, ModelServer, Step
from tests.parity.differences import Difference

Reply = Callable[[Body], Answer | str]

FUNCTIONS = "openai/any"
"""A model that takes tools as functions."""
TEXT = "openai/o1-text"
"""A model with a name that crewAI asks for tools in text."""
BOTH = (FUNCTIONS, TEXT)


@dataclass(frozen=True)
class Case:
    """One crew and one script."""

    name: str
    document: Mapping[str, Any]
    reply: Reply | tuple[Answer | str, ...]
    """What the model says to a request, or to one after the other, the last to all that follow."""
    models: Sequence[str] = BOTH
    inputs: Mapping[str, Any] = field(default_factory=dict)
    """Beside the topic."""
    steps: tuple[Step, ...] = ()
    """What the server does with the first requests instead of answering."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    differs: Difference | None = None
    """Why the two sides are not equal, if they are not."""
    differs_on: Sequence[str] = BOTH
    """The models for which they are not."""

    def llm(self, model: str, url: str) -> dict[str, Any]:
        """The model as both sides name it."""
        return {"model": model, "base_url": url, **self.parameters}

    def server(self) -> ModelServer:
        """A new server that knows the script."""
        server = ModelServer(reply=self.reply if callable(self.reply) else in_turn(self.reply))
        server.script(*self.steps)
        return server

    def difference(self, model: str) -> Difference | None:
        """What is expected to differ with this model."""
        return self.differs if model in self.differs_on else None


def in_turn(answers: Sequence[Answer | str]) -> Reply:
    """These answers one after the other, the last to all that follow."""
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


AGENTS: dict[str, dict[str, Any]] = {
    "scout": {"role": "Scout of {topic}", "goal": "Find {topic}", "backstory": "Curious."},
    "writer": {"role": "Writer", "goal": "Write", "backstory": "Terse."},
}


def task(name: str, agent: str | None = "scout", **more: Any) -> dict[str, Any]:
    """A task on the topic."""
    return {"name": name, "description": f"{name} {{topic}}", "expected_output": f"A {name}", "agent": agent, **more}


def crew(*tasks: dict[str, Any], scout: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A crew of these tasks; `scout` adds to the agent who does them."""
    agents = {**AGENTS, "scout": {**AGENTS["scout"], **(scout or {})}}
    return {"name": "crew", "agents": agents, "tasks": list(tasks), **more}
