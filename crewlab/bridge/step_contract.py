"""What the steps of a flow ask of crewAI outside of any crew. Light: knows no crewAI."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from crewlab.bridge.contract import BuildRequest, Learning, Llm, Message
    from crewlab.definitions.checkpoints import CheckpointPlan
    from crewlab.definitions.flows.restoring import FlowHalfway


class FlowSaving(Protocol):
    """Writes checkpoints of one attempt of a flow."""

    async def save(self, plan: CheckpointPlan, trigger: str, halfway: FlowHalfway) -> None:
        """Write one, and the flow itself before the first; what cannot be written is told as an event."""
        ...


class StepsOfFlows(Protocol):
    """The part of `contract.CrewAI` that tools, people and conversations need."""

    async def call_tool(self, request: BuildRequest, step: str, ref: str, arguments: Mapping[str, Any]) -> Any:
        """What a tool, by its name as an agent would name it, makes of `arguments`, as plain JSON.

        The call is recorded for `step`, in the context of the caller, with the tools, keys, limits and cassette of
        `request`, whose document does not matter.

        Raises:
            UnknownToolError: There is no such tool.
            BuildError: It cannot be made on this machine.
            ToolCallError: It failed, or was not done in time.
        """
        ...

    def flow_files(self, request: BuildRequest) -> FlowSaving:
        """What writes the checkpoints of the flow of `request`."""
        ...

    async def choose_outcome(
        self, request: BuildRequest, step: str, words: str, outcomes: Sequence[str], llm: Llm
    ) -> str:
        """Which of the outcomes of a step a person's words mean; one call of the model `llm`, recorded for the step.

        Raises:
            BuildError: As `build`.
            ModelCallError: The call failed for good.
            OutputError: The answer names none of them.
        """
        ...

    async def choose_route(
        self, request: BuildRequest, step: str, flow: Mapping[str, Any], state: Mapping[str, Any], llm: Llm
    ) -> str | None:
        """What a model says which route this turn of the conversation `flow` takes; `None` where it says none.

        One call, recorded for the step, worded as crewAI words it. Raises as `choose_outcome`.
        """
        ...

    async def converse(
        self, request: BuildRequest, step: str, system_prompt: str | None, messages: Sequence[Message], llm: Llm
    ) -> str:
        """What a model answers to the messages of a conversation; without a system prompt crewAI's own is told.

        Raises:
            BuildError: As `build`.
            ModelCallError: The call failed for good.
        """
        ...

    async def review(self, request: BuildRequest, step: str, output: str, learning: Learning) -> str:
        """The output of a step before a person sees it, past lessons applied; without lessons as it is, and no call.

        Raises:
            CrewLabError: The memory could not be read, or the model not be asked.
        """
        ...

    async def learn(self, request: BuildRequest, step: str, output: str, words: str, learning: Learning) -> None:
        """Draw lessons from what a person said of an output, and keep them. Raises as `review`."""
        ...
