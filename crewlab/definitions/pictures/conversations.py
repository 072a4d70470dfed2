"""What the picture of a flow shows of the conversation that it holds: who speaks, who chooses, who answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crewlab.definitions.flows.conversation import CONVERSE, END, LISTEN, REPLY, ROUTE, added_steps

Step = Mapping[str, Any]
TURN = "conversation"
"""What such a step calls."""
_WORDS = {
    LISTEN: "a person speaks",
    ROUTE: "chooses who answers",
    CONVERSE: "answers out of what was said",
    END: "ends the conversation",
    REPLY: "says what a step answers",
}


def with_turn(document: Mapping[str, Any], steps: Mapping[str, Step], last: Iterable[str]) -> dict[str, Step]:
    """The steps of a flow, with those that a conversation adds; what starts comes after the person in each turn.

    What the `last` steps of a route answer is said; where all of them are heard by others, any may be the last.
    """
    added = added_steps(document)
    if LISTEN not in added:
        return dict(steps)
    shown = {
        name: {**added[name], "do": {"call": TURN, "words": words}} for name, words in _WORDS.items() if name in added
    }
    own = {name: _in_turn(name, step) for name, step in steps.items()}
    starts = [name for name, step in steps.items() if step.get("start") is True and name != ROUTE]
    shown[LISTEN] |= {"start": True}
    if ROUTE in shown:
        shown[ROUTE] |= {"start": None, "listen": {"and": starts} if starts else LISTEN}
    answering = [name for name, step in steps.items() if name != ROUTE and step.get("start") is not True] or [ROUTE]
    if REPLY in shown:
        ends = set(last).intersection(answering)
        shown[REPLY] |= {"listen": {"or": [name for name in answering if name in ends or not ends]}}
    return {LISTEN: shown.pop(LISTEN), **own, **shown}


def _in_turn(name: str, step: Step) -> Step:
    return {**step, "start": None, "listen": LISTEN} if step.get("start") is True else step
