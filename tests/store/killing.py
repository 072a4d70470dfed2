"""A process that writes until it is killed, and the check that nothing it acknowledged is lost or doubled.

Run as a module it is the parent of such processes: it has imported once what each of them needs.
`rounds_of_killing` has one made and killed with SIGKILL, and looks.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

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
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told"
        os.mkfifo(told)
        command = [sys.executable, "-m", "tests.store.killing", str(data), str(told)]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, bufsize=1) as parent:
            for _ in range(rounds):
                yield _check(data, _kill_while_writing(parent, told, delays.randint(5, 60)))


def _kill_while_writing(parent: subprocess.Popen[str], told: Path, acknowledgements: int) -> list[str]:
    """Have a writer made and killed after that many acknowledgements, and return all that it told."""
    assert parent.stdin is not None
    assert parent.stdout is not None
    parent.stdin.write("begin\n")
    with told.open(encoding="utf-8") as telling:
        lines = [telling.readline() for _ in range(acknowledgements)]
        parent.stdin.write("kill\n")
        lines += telling.readlines()
    assert parent.stdout.readline() == "killed\n"
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


def _write_for_ever(data: Path, told: TextIO) -> None:
    store = Store.open(data, window_seconds=0.002)
    printing = threading.Lock()

    def say(execution_id: str, what: str) -> None:
        with printing:
            print(execution_id, what, file=told, flush=True)  # this is how the killer learns what is promised

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
                assert store.events.flush(60)
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


def _obey(data: Path, told: Path) -> None:
    """Make a writer at each first line of the standard input, and kill it at the next."""
    while sys.stdin.readline():
        writer = os.fork()
        if writer == 0:
            _write_for_ever(data, told.open("w", encoding="utf-8"))
        sys.stdin.readline()
        os.kill(writer, signal.SIGKILL)
        os.waitpid(writer, 0)
        print("killed", flush=True)  # noqa: T201 - only now are its files closed


if __name__ == "__main__":
    _obey(Path(sys.argv[1]), Path(sys.argv[2]))
