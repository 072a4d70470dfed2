"""Progress where there is no terminal: a line now and then, not one for each execution."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crewlab.commands import progress
from crewlab.commands.progress import BatchProgress
from crewlab.executions.batch import Batch


def batch(**counts: int) -> Batch:
    return Batch(
        batch_id="b", owner="o", name="n", definition_name="d", created_at=datetime.now(UTC), size=100, counts=counts
    )


def test_lines_come_now_and_then_and_at_the_end(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """One every five seconds, and the last one; what did not go well is counted in it."""
    clock = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: clock[0])
    with BatchProgress("crew", 100) as follow:
        for done in range(1, 100):
            clock[0] += 0.1
            follow(batch(completed=done, pending=100 - done))
        follow(batch(completed=98, failed=2))
    assert capsys.readouterr().err.splitlines() == ["51/100", "100/100 2 failed"]
    assert follow.batch is not None
