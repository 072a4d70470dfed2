"""Rounds of agents that are kept, and gone on from."""

from __future__ import annotations

from typing import Any

from crewlab.bridge import load
from crewlab.executions.events import ModelCallCompleted, RoundKept
from tests.bridge.attempts import Attempt, in_context, one_task, opened

load()

from crewlab.bridge.checkpoints.kept_rounds import KeptRounds  # noqa: E402 - after load(), which settles crewAI's environment


def test_only_what_is_new_in_a_conversation_is_kept():
    """After the part that is as before, also where a summary took the place of the rest."""
    told: list[Any] = []
    kept = KeptRounds(told.append, {"execution_id": "e", "attempt": 1, "task_name": "t", "agent": "a"})
    one, two, three, short = ({"role": "user", "content": text} for text in ("1", "2", "3", "short"))
    for rounds, messages in enumerate(([one, two], [one, two, three], [one, short])):
        kept.tell(messages, rounds)
    assert all(isinstance(event, RoundKept) for event in told)
    assert [(event.begins_at, event.messages) for event in told] == [(0, (one, two)), (2, (three,)), (1, (short,))]


def test_rounds_of_an_earlier_attempt_count():
    """Who had used all of them is asked for an answer, with the words that crewAI has for that."""

    async def go_on(attempt: Attempt) -> None:
        document = one_task()
        document["agents"]["writer"] |= {"max_iter": 3, "checkpoint": {"on_events": ["tool_usage_finished"]}}
        async with opened(document, record=attempt.events.append) as crew:
            await crew.run_task(0, {}, conversation=[{"role": "user", "content": "hello"}], rounds=3)

    attempt = in_context(go_on)
    assert attempt.error is None
    [call] = attempt.of(ModelCallCompleted)
    assert len(call.messages) == 2
