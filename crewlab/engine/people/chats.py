"""Conversations about a crew: what a person wants is found out, then the crew runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from crewlab.definitions.arguments import text_of
from crewlab.definitions.chatting import Message, chat_document, chat_inputs, understood
from crewlab.errors import ExecutionError, InputsError
from crewlab.executions.status import ExecutionStatus

if TYPE_CHECKING:
    from crewlab.definitions.version import DefinitionVersion
    from crewlab.executions.execution import Execution


class RunsCrews(Protocol):
    """The part of a lab that a conversation needs."""

    def run(self, definition: Any, inputs: Mapping[str, Any] | None = None) -> Execution:
        """Run a document or a version, and wait."""


@dataclass(frozen=True)
class ChatReply:
    """What a person is told."""

    text: str
    turn: Execution
    """The execution in which the chat model, or the flow, answered."""
    execution: Execution | None = None
    """The execution of the crew, if it ran."""


class Chat:
    """A conversation about one version of a crew. Each turn, and each run, is an execution like any other."""

    def __init__(self, lab: RunsCrews, version: DefinitionVersion) -> None:
        """Raises InputsError: it is a flow; DocumentError: it has no `chat_llm`."""
        if version.kind != "crew":
            what = f"{version.name!r} is a flow that holds no conversation."
            raise InputsError(what, "Write `conversational` into it, or talk about a crew.")
        self._lab, self._version = lab, version
        self._turn = chat_document(version.name, version.document)
        self._said: list[Message] = []

    @property
    def messages(self) -> tuple[Message, ...]:
        """What was said so far, by `user` and `assistant`."""
        return tuple(self._said)

    def say(self, text: str) -> ChatReply:
        """Say something, and hear a question or the output of the crew.

        Raises:
            InputsError: Nothing is said.
            ExecutionError: The chat model failed; what was said is forgotten.
        """
        if not text_of(text, "text").strip():
            raise InputsError("Nothing is said.", "Say what you want of the crew.")
        said = [*self._said, {"role": "user", "content": text.strip()}]
        turn = self._lab.run(self._turn, chat_inputs(self._version.name, self._version.document, said))
        if turn.status is not ExecutionStatus.COMPLETED or not isinstance(turn.output_json, Mapping):
            message = turn.error.message if turn.error else f"The turn ended {turn.status.value}."
            raise ExecutionError(f"The chat model did not answer: {message}", "Its execution says more.")
        reply = self._after(turn, turn.output_json, said)
        self._said = [*said, {"role": "assistant", "content": reply.text}]
        return reply

    def _after(self, turn: Execution, answer: Mapping[str, Any], said: list[Message]) -> ChatReply:
        """Run the crew where the chat model says so and nothing is missing."""
        reply, inputs = understood(self._version.document, answer, said)
        if inputs is None:
            return ChatReply(reply, turn)
        execution = self._lab.run(self._version, inputs)
        failed = execution.error.message if execution.error else f"The crew ended {execution.status.value}."
        return ChatReply(execution.output or failed, turn, execution)
