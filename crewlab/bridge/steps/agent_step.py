"""One agent at work outside a crew: what it is asked is the whole prompt, as in crewAI's `Agent.kickoff`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zlib import crc32

from crewai.tasks.task_output import TaskOutput
from crewai.tools.base_tool import BaseTool
from pydantic import PrivateAttr

from crewlab.bridge.contract import BuildRequest, Message, TaskOutcome
from crewlab.bridge.crew import AttemptCrew
from crewlab.bridge.scope import working_on
from crewlab.bridge.tasks.crew_task import CrewTask
from crewlab.bridge.tasks.fields import task_fields
from crewlab.definitions.crew import CrewDocument, TaskDocument, parse_crew
from crewlab.definitions.shape import in_crew_shape
from crewlab.errors import BuildError

if TYPE_CHECKING:
    from crewlab.bridge.agents.crew_agent import CrewAgent

Prompt = str | Sequence[Message]
"""A question, or a conversation whose last message of a user is the question."""

_EXPECTED = "Complete the task successfully"
"""What crewAI's planning says of a question, which has no expected output of its own."""
_NOT_FOR_CREWS = ("input", "response_format", "allow_delegation")


class Question(CrewTask):
    """A task that is told as it stands: no expected output, no schema in words, no context around it."""

    _prompt: Prompt = PrivateAttr(default="")

    def put(self, prompt: Prompt) -> Question:
        """Itself, with what the agent is asked."""
        self._prompt = prompt
        return self

    async def perform(self, agent: CrewAgent, context: str, tools: list[BaseTool]) -> TaskOutput:
        """Let `agent` answer. Raises as `CrewTask.perform`."""
        self.agent = agent
        return await self.answered(agent, await agent.answer(self, self._prompt, tools))


class AgentStep(AttemptCrew):
    """A crew of one agent whose only task is a question; implements `contract.BuiltCrew`."""

    def __init__(self, request: BuildRequest, step: str, agent: Mapping[str, Any], prompt: Prompt) -> None:
        self._prompt = prompt
        super().__init__(replace(request, document=_document(step, agent, prompt), inputs={}, extra_context={}))

    async def _checkpoint(self, *events: str, agent: str | None = None) -> None:
        """None: a question is no crew that crewAI could go on with."""

    def _read(self, inputs: Mapping[str, Any]) -> CrewDocument:
        """The document as it is: what a flow has filled in may hold braces of its own."""
        return parse_crew(self._request.document)

    def _new_task(self, document: TaskDocument) -> CrewTask:
        return Question(**task_fields(document)).put(self._prompt)

    async def run_task(
        self,
        index: int,
        outcomes: Mapping[int, TaskOutcome],
        *,
        feedback: str | None = None,
        previous: TaskOutcome | None = None,
        conversation: Sequence[Message] | None = None,
        rounds: int = 0,
    ) -> TaskOutcome:
        """Let the agent answer; told by a guardrail what is wrong, it goes on from its answer."""
        if conversation is None and feedback is not None and previous is not None:
            conversation = previous.conversation
        return await super().run_task(index, outcomes, feedback=feedback, conversation=conversation, rounds=rounds)

    async def open(self) -> None:
        """As for a crew; what an earlier call of this step has learned may be recalled."""
        await super().open()
        if self._roster.recollection is not None:
            self._roster.recollection.stand_on(None, self._place)

    async def remember(self, index: int, outcome: TaskOutcome, *, is_accepted: bool) -> None:
        """As for a task; the steps of one execution are told apart by their names."""
        if self._roster.recollection is not None:
            built = replace(self.tasks[index], index=self._place)
            with working_on(built.name):
                await self._roster.recollection.keep(built, outcome, self._roster.memory_model(built.name))

    @property
    def _place(self) -> int:
        """Where among what the execution learned this step's own is."""
        return crc32(self.tasks[0].name.encode())


def _document(step: str, agent: Mapping[str, Any], prompt: Prompt) -> dict[str, Any]:
    """A crew of one agent and one task."""
    body = in_crew_shape({"agents": {step: dict(agent)}})["agents"][step]
    schema = body.get("response_format")
    if isinstance(schema, Mapping) and "python" in schema:
        raise BuildError(f"The answer of step {step!r} has a Python class for its schema.", "Use a JSON Schema.")
    task = {
        "name": step,
        "description": prompt if isinstance(prompt, str) else json.dumps(prompt, ensure_ascii=False),
        "expected_output": _EXPECTED,
        "agent": step,
        "output_json": schema,
    }
    agents = {step: {name: value for name, value in body.items() if name not in _NOT_FOR_CREWS}}
    return {"name": step, "agents": agents, "tasks": [task]}
