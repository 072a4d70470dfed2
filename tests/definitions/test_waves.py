"""Waves say what runs at the same time."""

from __future__ import annotations

import pytest

from crewlab.definitions.waves import direct, waves


@pytest.mark.parametrize(
    ("dependencies", "expected"),
    [
        ([], []),
        ([[], [], [0, 1]], [[0, 1], [2]]),
        ([[], [0], [0, 1]], [[0], [1], [2]]),
        ([[], [2], [1], [0]], [[0], [3]]),
        ([[0, 9]], [[0]]),
    ],
    ids=["nothing", "join", "chain", "a cycle is in no wave", "itself and unknown are ignored"],
)
def test_waves(dependencies, expected):
    """A task is in the first wave after everything it waits for."""
    assert waves(dependencies) == expected


def test_what_follows_from_other_edges_is_not_drawn():
    """A chain in which every task reads all before it is drawn as a chain."""
    assert direct([[], [0], [0, 1], [0, 1, 2]]) == [[], [0], [1], [2]]
    assert direct([[], [], [0, 1]]) == [[], [], [0, 1]]
