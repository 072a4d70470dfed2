"""A process that writes until it is killed, and the check that nothing it acknowledged is lost or doubled.

Run as a module it is that process; `rounds_of_killing` starts it, kills it with SIGKILL and looks.
"""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crewlab.executions.events import Unrecognised
from crewlab.executions.execution import Move
from crewlab.executions.status import ExecutionStatus
from crewlab.store import Store
from tests.factories import OWNER, new_execution, start

WRITERS = 3


@dataclass(frozen=True)
class Aftermath:
    """What one round found."""

    acknowledged: int
    """Events and moves that the killed process had been told are durable."""
    lost: int
    doubled: int
    in_flight_after_recovery: int


def rounds_of_killing(data: Path, rounds: int, seed: int = 7) -> Iterator[Aftermath]:
    """Kill a writing process `rounds` times on the same data folder, each time after another short while."""
    delays = random.Random(seed)
    for _ in range(rounds):
        yield _check(data, _kill_while_writing(data, delays.randint(5, 60)))


def _kill_while_writing(data: Path, acknowledgements: int) -> list[str]:
    """Start a writer, kill it after that many acknowledgements, and return all that it printed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.store.killing", str(data)], stdout=subprocess.PIPE, text=True, bufsize=1
    )
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(acknowledgements)]
    process.kill()
    lines += process.stdout.readlines()
    process.wait()
    process.stdout.close()
    return [line.strip() for line in lines if line.endswith("\n")]


def _check(data: Path, acknowledged: list[str]) -> Aftermath:
    """Compare what was acknowledged (`execution number` or `execution done`) with what is stored."""
    store = Store.open(data)
    lost = doubled = 0
    for execution_id in {line.split()[0] for line in acknowledged}:
        events = [event for _, event in store.events.read(execution_id, owner=OWNER, limit=100_000)]
        sequences = [event.sequence for event in events]
        stored = [event.source_type for event in events if isinstance(event, Unrecognised)]
        promised = {line.split()[1] for line in acknowledged if line.startswith(execution_id)}
        lost += len(promised - {"done"} - set(stored))
        doubled += len(stored) - len(set(stored)) + int(sequences != list(range(1, len(sequences) + 1)))
        status = store.executions.get(execution_id, owner=OWNER).status
        lost += int("done" in promised and status is not ExecutionStatus.COMPLETED)
    store.executions.recover()
    in_flight = store.executions.count(owner=OWNER, status=["preparing", "running", "cancelling"])
    store.close()
    return Aftermath(len(acknowledged), lost, doubled, in_flight)


def _write_for_ever(data: Path) -> None:
    store = Store.open(data, window_seconds=0.002)
    printing = threading.Lock()

    def say(execution_id: str, what: str) -> None:
        with printing:
            print(execution_id, what, flush=True)  # noqa: T201 - this is how the killer learns what is promised

    def write() -> None:
        while True:
            execution = new_execution()
            store.executions.add([execution]).result()
            start(store, execution.execution_id)
            for group in range(10):
                names = [f"{group}-{number}" for number in range(20)]
                store.events.append(
                    [Unrecognised(execution_id=execution.execution_id, source_type=name) for name in names]
                )
                assert store.events.flush(30)
                for name in names:
                    say(execution.execution_id, name)
            end = Move(execution_id=execution.execution_id, attempt=1, status=ExecutionStatus.COMPLETED)
            assert store.executions.move(end).result()
            say(execution.execution_id, "done")

    threads = [threading.Thread(target=write) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:  # the store closes itself when the main thread ends
        thread.join()


if __name__ == "__main__":
    _write_for_ever(Path(sys.argv[1]))
