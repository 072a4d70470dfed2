"""The agent loop as a state machine: one table of moves, and every one of them is made by some case."""

from __future__ import annotations

import pytest

from crewlab.bridge.agents import states as agent_states
from crewlab.bridge.agents.states import LEGAL_MOVES, State
from tests.parity.catalogue import CASES
from tests.parity.sides import ours


def test_the_cases_make_every_legal_move_and_no_other(monkeypatch: pytest.MonkeyPatch):
    """What is in the table is needed, and what is needed is in it: an illegal move would have raised."""
    made: set[tuple[State, State]] = set()
    check = agent_states.moved

    def noted(before: State, after: State) -> State:
        made.add((before, after))
        return check(before, after)

    monkeypatch.setattr(agent_states, "moved", noted)
    for case in CASES:
        for model in case.models:
            ours(case, model)
    assert made == {(before, after) for before, afters in LEGAL_MOVES.items() for after in afters}
