"""Waves say what runs at the same time."""

from __future__ import annotations

import pytest

from crewlab.definitions.waves import waves


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
