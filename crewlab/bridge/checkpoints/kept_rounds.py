"""How far the agent of a task has come, told after each of its rounds, so that another attempt goes on from there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from crewlab.bridge.agents.message_copies import copied
from crewlab.bridge.journal import Journal
from crewlab.definitions.checkpoints import checkpoint_plan
from crewlab.definitions.crew import CrewDocument
from crewlab.executions.events import BaseEvent, RoundKept


def kept_rounds(crew: CrewDocument, journal: Journal, about: Mapping[str, str], done: int) -> KeptRounds | None:
    """What keeps the rounds of an agent at its task, where `checkpoint` names events within tasks."""
    plan = checkpoint_plan(crew, crew.agents.get(about["agent"]))
    if plan is None or not plan.is_within_tasks:
        return None
    return KeptRounds(journal.note, {**journal.key, **about}, done)


class KeptRounds:
    """Those of one run of an agent. Each event holds what is new in the conversation, so that it does not grow."""

    def __init__(self, note: Callable[[BaseEvent], None], about: Mapping[str, Any], done: int = 0) -> None:
        self._note, self._about = note, about
        self._said: list[dict[str, Any]] = []
        self.done = done
        """Rounds that earlier attempts did."""

    def tell(self, messages: Sequence[Any], rounds: int) -> None:
        """A round is over: its tools have answered, and the model will be asked next."""
        said = copied(list(messages))
        pairs = enumerate(zip(self._said, said, strict=False))
        same = next((i for i, (before, now) in pairs if before != now), min(len(self._said), len(said)))
        self._said = said
        message = f"{self._about['task_name']}: round {rounds} is kept"
        new = tuple(said[same:])
        self._note(RoundKept(**self._about, rounds=rounds, begins_at=same, messages=new, message=message))
