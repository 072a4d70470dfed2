"""The table of an agent's states: whole, and kept."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest

from crewlab.bridge.agents.states import LEGAL_MOVES, Method, State, moved, run


def test_every_state_has_its_moves_and_can_be_reached():
    """No state is left out of the table, and all lead on from where an agent begins."""
    assert set(LEGAL_MOVES) == set(State)
    assert _reached([State.PLAN, State.THINK]) == set(State)


def test_every_state_leads_to_the_end():
    """From wherever an agent is, it can come to an answer; the end leads nowhere."""
    assert all(State.DONE in _reached([state]) for state in State)
    assert not LEGAL_MOVES[State.DONE]


def test_a_move_that_is_not_in_the_table_raises():
    """A bug in the loop stops the task instead of asking the model again."""
    assert moved(State.THINK, State.ASK_IN_TEXT) is State.ASK_IN_TEXT
    with pytest.raises(RuntimeError, match="from 'use tools' to 'plan'"):
        moved(State.USE_TOOLS, State.PLAN)


def test_the_methods_are_run_until_it_is_done():
    """Each state's method says which comes next."""
    visited: list[State] = []

    def method(state: State, following: State) -> Method:
        async def visit() -> State:
            visited.append(state)
            return following

        return visit

    path = [State.THINK, State.ASK_WITH_TOOLS, State.USE_TOOLS, State.DONE]
    methods = {state: method(state, path[index + 1]) for index, state in enumerate(path[:-1])}
    asyncio.run(run(State.THINK, methods))
    assert visited == path[:-1]


def _reached(first: Iterable[State]) -> set[State]:
    found, left = set(first), list(first)
    while left:
        new = LEGAL_MOVES[left.pop()] - found
        found |= new
        left.extend(new)
    return found
