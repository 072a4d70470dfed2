"""How much of a replay came from its cassette."""

from __future__ import annotations

from pathlib import Path

import pytest

from crewlab.executions.cassette import Cassette
from crewlab.lab import Lab
from crewlab.ui.components.executions.cassette_line import hits_and_misses
from tests import recorded


@pytest.mark.parametrize(("topic", "expected"), [("tea", (2, 0)), ("coffee", (0, 1))])
def test_hits_and_misses_are_counted(data: Path, topic: str, expected: tuple[int, int]):
    """A call that was answered is a hit; the one that ended its task is a miss, and what it prevented is neither."""
    name = recorded.put_into(data)
    with Lab.open(data) as lab:
        execution = lab.run(recorded.crew(), {"topic": topic}, cassette=Cassette.replay(name))
        assert hits_and_misses(lab, execution.execution_id) == expected
