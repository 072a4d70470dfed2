"""The parallel process: everything that can run, runs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crewlab.engine.processes.parallel import Parallel

DIAMOND = [(), (0,), (0,), (1, 2)]


def test_independent_tasks_start_together():
    """The two sides of a diamond run at once, the join only after both."""
    process = Parallel(DIAMOND)
    assert process.ready(set(), set()) == [0]
    assert process.ready({0}, set()) == [1, 2]
    assert process.ready({0, 1}, {2}) == []
    assert process.ready({0, 1, 2}, set()) == [3]


def test_running_tasks_are_not_started_again():
    """A task that runs is not ready."""
    assert Parallel([(), ()]).ready(set(), {0}) == [1]


@given(st.lists(st.sets(st.integers(0, 20)), max_size=12))
def test_every_acyclic_graph_is_finished(edges: list[set[int]]):
    """Whatever depends on earlier tasks only is finished, each task once and after what it needs."""
    graph = [tuple(sorted(needed for needed in needs if needed < index)) for index, needs in enumerate(edges)]
    process, done = Parallel(graph), set[int]()
    while ready := process.ready(done, set()):
        assert all(set(graph[index]) <= done for index in ready)
        done |= set(ready)
    assert done == set(range(len(graph)))
