"""What memory and knowledge of one attempt share: the way off the loop, to the cassette and to the journal."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

from crewlab.bridge.cassettes.recording import Answer, Recording, tool_request
from crewlab.bridge.contract import BuildRequest
from crewlab.bridge.journal import Journal
from crewlab.bridge.scope import TASK_NAME
from crewlab.errors import ExecutionError
from crewlab.executions.events import BaseEvent, Found
from crewlab.memory.ranking import Match

T = TypeVar("T")
_LONGEST_SECONDS = 600.0
_SHOWN_CHARACTERS = 500


class RecollectionDesk:
    """Runs what blocks off the loop of the attempt, and records what was found."""

    def __init__(self, request: BuildRequest, journal: Journal) -> None:
        self.request, self._journal = request, journal

    @property
    def asks_nobody(self) -> bool:
        """Whether this is a replay in which everything must have been recorded."""
        deck = self.request.cassette
        return deck is not None and deck.cassette.is_replay and deck.cassette.on_miss == "error"

    async def taped(
        self, name: str, asked: dict[str, Any], agent: str, live: Callable[[], T], read: Callable[[Any], T]
    ) -> tuple[T, bool]:
        """What `live` finds, or had found when a cassette was recorded; and whether it is the latter."""
        deck = self.request.cassette
        if deck is None:
            return await self.off_loop(live), False
        request, task = tool_request(name, {**asked, "agent": agent}), TASK_NAME.get()
        recording = deck.answer("tool_call", request, task)
        if recording is not None:
            return read(json.loads(recording.answer.text or "{}")), True
        found = await self.off_loop(live)
        answer = Answer(text=json.dumps(asdict(found)))  # type: ignore[call-overload]  # both kinds are dataclasses
        deck.keep(Recording(kind="tool_call", task=task, agent=agent, row=deck.row, request=request, answer=answer))
        return found, False

    async def off_loop(self, function: Callable[[], T]) -> T:
        """The result of `function()`, which blocks.

        Raises:
            ExecutionError: It took longer than anybody should wait.
        """
        try:
            running: Awaitable[T] = self.request.run_blocking(function, timeout_seconds=_LONGEST_SECONDS)
            return await running
        except TimeoutError:
            message = f"Memory and knowledge could not be read within {_LONGEST_SECONDS:g} s."
            raise ExecutionError(message, "Is the disk slow, or a knowledge file very large?") from None

    def note(self, kind: type[BaseEvent], message: str, **fields: Any) -> None:
        """Record an event of the task that is being worked on."""
        self._journal.note(kind(**self._journal.key, task_name=TASK_NAME.get(), message=message, **fields))


def shown(matches: Sequence[Match]) -> tuple[Found, ...]:
    """What was found, as events show it."""
    return tuple(Found(content=short(match.content), score=round(match.score, 4)) for match in matches)


def short(text: str) -> str:
    """The beginning of a text, as events show it."""
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
