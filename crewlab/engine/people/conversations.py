"""A person talks to a flow that holds conversations: an execution is a conversation, each message a turn of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from crewlab.definitions.arguments import text_of
from crewlab.definitions.chatting import Message
from crewlab.definitions.flows.conversation import FAREWELL, FIRST_WORDS, LISTEN, is_conversation
from crewlab.engine.people.chats import Chat, ChatReply, RunsCrews
from crewlab.errors import ExecutionError, InputsError
from crewlab.executions.status import ExecutionStatus

if TYPE_CHECKING:
    from crewlab.definitions.version import DefinitionVersion
    from crewlab.executions.execution import Execution
    from crewlab.executions.person import Question


class HoldsConversations(RunsCrews, Protocol):
    """The part of a lab that a conversation needs."""

    def execution(self, execution_id: str) -> Execution:
        """One execution."""

    def answer(
        self, execution_id: str, text: str = "", *, question_id: str | None = None, outcome: str | None = None
    ) -> Execution:
        """Answer what an execution asks."""

    def wait(self, execution_ids: Sequence[str]) -> list[Execution]:
        """Wait until they rest."""

    def waiting(self, execution_id: str | None = None) -> list[Question]:
        """What an execution asks."""

    def state(self, execution_id: str) -> dict[str, Any]:
        """The state of a flow."""


class Conversation:
    """One conversation with a flow. It is kept with its execution: whoever names that goes on with it."""

    def __init__(
        self, lab: HoldsConversations, begins_with: DefinitionVersion, inputs: Mapping[str, Any] | None = None
    ) -> None:
        self._lab, self._version, self._inputs = lab, begins_with, dict(inputs or {})
        self.execution: Execution | None = None
        """As it stood after the last turn; nothing before the first."""

    def go_on(self, execution_id: str) -> None:
        """Take up a conversation where it was left. Raises InputsError: it is none with this flow."""
        execution = self._lab.execution(execution_id)
        if not is_conversation(execution.document) or execution.definition_name != self._version.name:
            raise InputsError(f"{execution_id} is no conversation with {self._version.name!r}.", "See its executions.")
        self.execution = execution

    @property
    def is_over(self) -> bool:
        """Whether it has come to its end, and nothing can be said any more."""
        return self.execution is not None and self.execution.status is ExecutionStatus.COMPLETED

    @property
    def messages(self) -> tuple[Message, ...]:
        """What was said so far, each with its `role` (`user` or `assistant`) and `content`."""
        said = {} if self.execution is None else self._lab.state(self.execution.execution_id)
        return tuple(said.get("messages") or ())

    def say(self, text: str) -> ChatReply:
        """Say something, and hear the answer; or answer what a step of the flow asks.

        Raises:
            InputsError: Nothing is said.
            ExecutionError: The conversation is over, or a step of the turn failed; what was said is kept then.
        """
        if not text_of(text, "text").strip():
            raise InputsError("Nothing is said.", "Say something, or `end()` the conversation.")
        if self.execution is None:
            execution = self._lab.run(self._version, {**self._inputs, FIRST_WORDS: text.strip()})
            return self._reply(execution)
        asked = self._asked(self.execution)
        self._lab.answer(self.execution.execution_id, text, question_id=asked.question_id)
        return self._reply(self._lab.wait([self.execution.execution_id])[0])

    def end(self) -> Execution | None:
        """End it: the execution completes with the last answer. Nothing where nothing was said. Raises as `say`."""
        if self.execution is not None and not self.is_over:
            asked = self._asked(self.execution)
            if asked.task_name != LISTEN:
                raise ExecutionError(f"The step {asked.task_name!r} asks something.", "Answer it first.")
            self._lab.answer(self.execution.execution_id, question_id=asked.question_id, outcome=FAREWELL)
            (self.execution,) = self._lab.wait([self.execution.execution_id])
        return self.execution

    def _asked(self, execution: Execution) -> Question:
        """What waits for the person: what they say next, or what a step asks."""
        asked = self._lab.waiting(execution.execution_id)
        if not asked:
            status = self._lab.execution(execution.execution_id).status
            is_over = status is ExecutionStatus.COMPLETED
            hint = "Begin another one." if is_over else f"Resume {execution.execution_id}: what was said is kept."
            raise ExecutionError(f"The conversation does not wait for anybody: it is {status.value}.", hint)
        return asked[0]

    def _reply(self, execution: Execution) -> ChatReply:
        self.execution = execution
        if execution.status is ExecutionStatus.COMPLETED:
            return ChatReply(execution.output or "", execution)
        if execution.status is not ExecutionStatus.WAITING:
            why = execution.error.message if execution.error else f"The turn ended {execution.status.value}."
            raise ExecutionError(why, f"Resume {execution.execution_id}: what was said is kept.")
        return ChatReply(told(self._asked(execution)), execution)


def told(question: Question) -> str:
    """What a person is told by a conversation that waits: the last answer, or what a step asks and what about."""
    if question.task_name == LISTEN:
        return question.output
    choice = f"Choose one of: {', '.join(question.outcomes)}." if question.outcomes else ""
    return "\n\n".join(part for part in (question.prompt, question.output, choice) if part)


def last_words(lab: HoldsConversations, execution: Execution) -> str | None:
    """What a conversation that waits has told the person; nothing of any other execution."""
    if execution.status is not ExecutionStatus.WAITING or not is_conversation(execution.document):
        return None
    asked = lab.waiting(execution.execution_id)
    return told(asked[0]) or None if asked else None


def chat_with(
    lab: HoldsConversations,
    version: DefinitionVersion,
    inputs: Mapping[str, Any] | None = None,
    execution_id: str | None = None,
) -> Chat | Conversation:
    """Talk to a flow that holds conversations, or about a crew.

    Raises:
        InputsError: It is another flow, or a crew that is given what only conversations of flows take.
        DocumentError: The crew has no `chat_llm`.
        ExecutionNotFoundError: There is no such execution.
    """
    if is_conversation(version.document):
        conversation = Conversation(lab, version, inputs)
        if execution_id is not None:
            conversation.go_on(execution_id)
        return conversation
    if version.kind == "crew" and (inputs or execution_id):
        raise InputsError(f"{version.name!r} is a crew: it is talked about.", "Say what it needs in the conversation.")
    return Chat(lab, version)
