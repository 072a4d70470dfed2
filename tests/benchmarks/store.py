"""The store under load: commands, and a flood of events with people watching."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.benchmarks.part import run_part, serve_part
from tests.benchmarks.report import Figure, benchmark

PRODUCERS, BURST = 8, 50
LEFT = ("lost", "doubled", "in_flight_after_recovery")


def percentile(values: list[float], percent: int) -> float:
    """The value that `percent` of 100 stay below."""
    return statistics.quantiles(values, n=100)[percent - 1]


def _queued(store, count: int) -> list[str]:
    from crewlab.executions.execution import NewExecution
    from crewlab.executions.identity import new_id

    new = [
        NewExecution(execution_id=new_id(), owner="local", definition_name="bench", content_hash="x", document={})
        for _ in range(count)
    ]
    store.executions.add(new).result()
    return [each.execution_id for each in new]


def commands(data: str) -> dict[str, float]:
    """Milliseconds of single claims and moves (p95), and of 200 claims that arrive together (median of 5)."""
    from crewlab.executions.execution import Move
    from crewlab.executions.status import ExecutionStatus
    from crewlab.store import Store

    store, single, together = Store.open(Path(data)), [], []
    for execution_id in _queued(store, 200):
        for command in (
            lambda one=execution_id: store.executions.claim(one, 1),
            lambda one=execution_id: store.executions.move(
                Move(execution_id=one, attempt=1, status=ExecutionStatus.RUNNING)
            ),
        ):
            begin = time.perf_counter()
            assert command().result()
            single.append(1000 * (time.perf_counter() - begin))
    for _ in range(5):
        ids = _queued(store, 200)
        begin = time.perf_counter()
        claims = [store.executions.claim(one, 1) for one in ids]
        assert all(claim.result() for claim in claims)
        together.append(1000 * (time.perf_counter() - begin))
    store.close()
    return {"single_p95": percentile(single, 95), "together": statistics.median(together)}


def ingest(data: str, rate: int, seconds: float) -> dict[str, float]:
    """Append `rate` events a second from 8 threads while 4 readers look; how late a probe's event is seen."""
    from crewlab.executions.events import Unrecognised
    from crewlab.store import Store

    store = Store.open(Path(data))
    ids = _queued(store, PRODUCERS + 1)
    stop, delays, sent = threading.Event(), [], [0] * PRODUCERS

    def produce(number: int) -> None:
        begin, pause = time.perf_counter(), BURST * PRODUCERS / rate
        while not stop.is_set():
            events = [
                Unrecognised(execution_id=ids[number], source_type="bench", message="x" * 60, payload={"n": n})
                for n in range(BURST)
            ]
            store.events.append(events)
            sent[number] += BURST
            stop.wait(max(0.0, begin + sent[number] / BURST * pause - time.perf_counter()))

    def watch(look: Callable[[], object]) -> None:
        while not stop.wait(0.1):
            look()

    def probe() -> None:
        seen = 0
        while not stop.is_set():
            begin = time.perf_counter()
            store.events.append([Unrecognised(execution_id=ids[-1], source_type="probe")])
            while not (found := store.events.read(ids[-1], owner="local", after_event_id=seen)):
                stop.wait(0.002)
            seen = found[-1][0]
            delays.append(1000 * (time.perf_counter() - begin))

    looks: list[Callable[[], object]] = [
        lambda: store.frames.read("executions", owner="local", limit=50),
        lambda: store.executions.counts(owner="local"),
        lambda: store.events.read(ids[0], owner="local", after_event_id=max(0, sent[0] - 200), limit=200),
        lambda: store.executions.find(owner="local", limit=50),
    ]
    threads = [threading.Thread(target=produce, args=(n,)) for n in range(PRODUCERS)]
    threads += [threading.Thread(target=watch, args=(look,)) for look in looks] + [threading.Thread(target=probe)]
    for thread in threads:
        thread.start()
    time.sleep(seconds)  # the load itself is a matter of time
    stop.set()
    for thread in threads:
        thread.join()
    assert store.events.flush(30)
    logs = store.frames.read("logs", owner="local", execution_ids=ids[:-1])
    stored = logs.column("kind").to_pylist().count("unrecognised")
    store.close()
    return {"rate": sum(sent) / seconds, "lost": sum(sent) - stored, "p50": statistics.median(delays),
            "p99": percentile(delays, 99)}  # fmt: skip


def kill(data: str, rounds: int) -> dict[str, float]:
    """Kill a writing process again and again; count what was acknowledged and is gone, or is there twice."""
    from tests.store.killing import rounds_of_killing

    found = list(rounds_of_killing(Path(data), rounds))
    return {name: sum(getattr(each, name) for each in found) for name in LEFT}


@benchmark
def store_commands() -> Iterable[Figure]:
    """A claim or a status move through the writer."""
    measured = run_part("store", "commands")
    yield Figure("store.claim_or_move_p95", measured["single_p95"], "ms", 5, "at most")
    yield Figure("store.200_claims_together", measured["together"], "ms", 20, "at most")


@benchmark
def store_ingest() -> Iterable[Figure]:
    """20,000 events a second for 10 s with four dashboard readers."""
    measured = run_part("store", "ingest", rate=20_000, seconds=10.0)
    yield Figure("store.ingest_rate", measured["rate"], "events/s", 19_000)
    yield Figure("store.ingest_lost", measured["lost"], "events", 0, "at most")
    yield Figure("store.ingest_visible_p50", measured["p50"], "ms")
    yield Figure("store.ingest_visible_p99", measured["p99"], "ms", 300, "at most")


@benchmark
def store_kill() -> Iterable[Figure]:
    """50 rounds of kill -9 while the store is writing."""
    measured = run_part("store", "kill", rounds=50)
    for name in LEFT:
        yield Figure(f"store.kill_50_rounds_{name}", measured[name], "items", 0, "at most")


if __name__ == "__main__":
    serve_part({"commands": commands, "ingest": ingest, "kill": kill})
