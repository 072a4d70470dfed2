"""What follows from triggers, without any document around them."""

from __future__ import annotations

from typing import Any

from crewlab.definitions.flows.graph import Node, graph_of
from crewlab.definitions.flows.triggers import trigger_of


def _node(name: str, listen: Any = None, *, starts: bool = False, **more: Any) -> Node:
    trigger = trigger_of(listen)
    return Node(name, starts, (trigger,) if trigger else (), **more)


def test_certain_is_what_has_ended_whichever_way_was_taken():
    """All of an `and`, what the ways of an `or` have in common, and nothing of a step that failed."""
    graph = graph_of(
        (
            _node("a", starts=True, outcomes=("left", "right"), error_outcome="broken"),
            _node("l", "left"),
            _node("r", "right"),
            _node("either", {"or": ["l", "r"]}),
            _node("both", {"and": ["either", "l"]}),
            _node("repair", "broken"),
        )
    )
    assert graph.certain == {
        "a": frozenset(),
        "l": {"a"},
        "r": {"a"},
        "either": {"a"},
        "both": {"a", "l", "either"},
        "repair": frozenset(),
    }


def test_a_loop_does_not_make_its_own_end_certain():
    """The first time round, what comes later has not run."""
    graph = graph_of(
        (
            _node("a", starts=True),
            _node("work", {"or": ["a", "again"]}),
            _node("judge", "work", outcomes=("again", "done")),
            _node("end", "done"),
        )
    )
    assert graph.certain["work"] == {"a"}
    assert graph.certain["end"] == {"a", "work", "judge"}
    assert graph.endless == ()


def test_many_steps_are_no_burden():
    """A chain of two thousand steps needs neither recursion nor minutes."""
    chain = tuple(_node(f"s{i}", f"s{i - 1}" if i else None, starts=i == 0) for i in range(2_000))
    graph = graph_of(chain)
    assert len(graph.reachable) == 2_000
    assert len(graph.certain["s1999"]) == 1_999
    assert (graph.endless, graph.exclusive) == ((), ())
