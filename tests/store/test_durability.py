"""What the store promises when the process is killed or the disk is full."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from crewlab.store import Store
from tests.factories import OWNER
from tests.store.killing import rounds_of_killing

ROUNDS = 20
PROJECT = Path(__file__).resolve().parents[2]


@pytest.mark.timeout(300)
def test_kill_loses_and_doubles_nothing(data: Path):
    """Killed with SIGKILL at any moment, 20 times over: all that was acknowledged is there once, nothing runs on."""
    aftermaths = list(rounds_of_killing(data, ROUNDS))
    assert len(aftermaths) == ROUNDS
    assert all(aftermath.acknowledged > 0 for aftermath in aftermaths)
    assert [(a.lost, a.doubled, a.in_flight_after_recovery) for a in aftermaths] == [(0, 0, 0)] * ROUNDS


def test_full_disk_loses_and_doubles_nothing(data: Path):
    """While files cannot grow the store is degraded and readable; then all events are there once and in order."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.store.full_disk", str(data)],
        capture_output=True, text=True, cwd=PROJECT, timeout=150, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert set(found["seen"]) - {"ok"}, "the limit was never met"
    assert found["recovered"]
    assert found["readable_meanwhile"] == "running"
    assert (found["stored"], found["distinct"]) == (found["sent"], found["sent"])
    assert (found["in_order"], found["dense"], found["health"]) == (True, True, "ok")
    assert not found["dead_letters"]


_FORGETFUL = """
import sys
from pathlib import Path
from crewlab.executions.events import Unrecognised
from crewlab.store import Store
from tests.factories import running_execution
store = Store.open(Path(sys.argv[1]), window_seconds=60)
execution = running_execution(store)
store.events.append([Unrecognised(execution_id=execution.execution_id, source_type="last words")])
print(execution.execution_id)
{ending}
"""


@pytest.mark.parametrize(("ending", "code"), [("", 0), ("sys.exit(3)", 3), ("raise SystemError", 1)])
def test_script_that_forgets_to_close_ends_cleanly(data: Path, ending: str, code: int):
    """The interpreter ends with its own exit status, at once, and what was appended is stored."""
    done = subprocess.run(
        [sys.executable, "-c", _FORGETFUL.format(ending=ending), str(data)],
        capture_output=True, text=True, cwd=PROJECT, timeout=90, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    store = Store.open(data)
    events = store.events.read(done.stdout.strip(), owner=OWNER)
    assert [getattr(event, "source_type", None) for _, event in events][-1] == "last words"
    store.close()
