"""Calls of steps that wait for people, while other steps of their flow run."""

from __future__ import annotations

from crewlab.engine.flows.graph import Call
from crewlab.engine.flows.step_records import OpenCall
from crewlab.executions.person import Heard, ParkedTask
from crewlab.executions.steps import question_index


class WaitingCalls:
    """What is waited for, and what has been answered meanwhile: an answer may come before its call has come to rest."""

    def __init__(self, execution_id: str, asked: dict[int, ParkedTask]) -> None:
        """`asked` is what people were asked of the flow itself, by `question_index`; answers are added to it."""
        self._execution_id, self._asked = execution_id, asked
        self._waiting: list[tuple[Call, OpenCall]] = []
        self._queued: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, call: Call, opened: OpenCall) -> None:
        """This call has come to rest."""
        self._waiting.append((call, opened))

    def hear(self, heard: Heard) -> None:
        """A person has answered something of this flow, or of what runs inside of it."""
        if heard.execution_id == self._execution_id:
            self._asked[heard.task.task_index] = heard.task
        self._queued |= set(heard.queued)

    def take_answered(self) -> list[Call]:
        """The calls that may go on; they wait no longer."""
        ready = [(call, opened) for call, opened in self._waiting if self._is_answered(opened)]
        self._waiting = [one for one in self._waiting if one not in ready]
        for _, opened in ready:
            self._queued -= {opened.child_id or "", *opened.waits_on}
        return [call for call, _ in ready]

    def _is_answered(self, opened: OpenCall) -> bool:
        asked = self._asked.get(question_index(opened.index, opened.number))
        if asked is not None and asked.answer is not None:
            return True
        return opened.child_id in self._queued or not opened.waits_on.isdisjoint(self._queued)
