"""The engine against crewAI as it comes: throughput, parallel tasks, CPU."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable
from typing import Any

from tests.benchmarks.part import run_part, serve_part
from tests.benchmarks.report import Figure, benchmark

LATENCY_SECONDS = 0.5


def one_task(latency_seconds: float) -> dict[str, Any]:
    """The document that `stock.make_crew` builds by hand."""
    return {
        "name": "one",
        "agents": {"writer": {"role": "Writer", "goal": "Write", "backstory": "Brief",
                              "llm": {"model": "rehearsal/plain", "latency_seconds": latency_seconds}}},
        "tasks": [{"name": "write", "description": "Write about topic {number}", "expected_output": "One sentence",
                   "agent": "writer"}],
    }  # fmt: skip


def diamond(latency_seconds: float) -> dict[str, Any]:
    """Four tasks: one, two side by side, one that joins."""
    document = one_task(latency_seconds)
    edges: dict[str, list[str]] = {"a": [], "b": ["a"], "c": ["a"], "d": ["b", "c"]}
    tasks = [
        {"name": n, "description": f"Do {n} on {{number}}", "expected_output": "x", "agent": "writer", "context": c}
        for n, c in edges.items()
    ]
    return {**document, "name": "diamond", "process": "parallel", "tasks": tasks}


def many(data: str, shape: str, latency_seconds: float, count: int) -> dict[str, float]:
    """Run `count` executions at once through the lab; the events stored are counted."""
    from crewlab.lab import Lab

    document = one_task(latency_seconds) if shape == "one" else diamond(latency_seconds)
    with Lab.open(data) as lab:
        lab.run_each(document, [{"number": str(-i)} for i in range(8)])
        begin, cpu = time.perf_counter(), time.process_time()
        done = lab.run_each(document, [{"number": str(i)} for i in range(count)])
        wall, cpu = time.perf_counter() - begin, time.process_time() - cpu
        events = len(lab.logs_df(execution_ids=[e.execution_id for e in done]))
    completed = sum(e.status == "completed" for e in done)
    return {"wall": wall, "cpu": cpu, "completed": completed, "events": events}


def single(data: str, latency_seconds: float) -> dict[str, float]:
    """Median wall time of one diamond, run alone."""
    from crewlab.lab import Lab

    walls = []
    with Lab.open(data) as lab:
        lab.run(diamond(0.0), {"number": "0"})
        for number in range(5):
            begin = time.perf_counter()
            lab.run(diamond(latency_seconds), {"number": str(number)})
            walls.append(time.perf_counter() - begin)
    return {"wall": statistics.median(walls)}


def _check(ours: dict[str, float], count: int) -> None:
    if ours["completed"] != count:
        raise SystemExit(f"only {ours['completed']} of {count} executions completed")


@benchmark
def throughput() -> Iterable[Figure]:
    """200 one-task executions on a model with 0.5 s latency."""
    ours = run_part("engine", "many", shape="one", latency_seconds=LATENCY_SECONDS, count=200)
    _check(ours, 200)
    yield Figure("throughput.ours_wall", ours["wall"], "s")
    yield Figure("throughput.ours_events_stored", ours["events"], "events")
    stock = run_part("stock", "akickoff", count=200, latency_seconds=LATENCY_SECONDS)
    yield Figure("throughput.stock_akickoff_wall", stock["wall"], "s")
    yield Figure("throughput.stock_akickoff / ours", stock["wall"] / ours["wall"], "x", 10)
    walls = {
        "akickoff, 256 threads": run_part("stock", "akickoff", count=200, latency_seconds=LATENCY_SECONDS, threads=256)
    }
    for threads in (64, 200):
        walls[f"kickoff, {threads} threads"] = run_part(
            "stock", "kickoff", count=200, latency_seconds=LATENCY_SECONDS, threads=threads
        )
    for name, part in walls.items():
        yield Figure(f"throughput.stock {name}", part["wall"], "s")
    best = min(part["wall"] for part in walls.values())
    yield Figure("throughput.best_stock / ours", best / ours["wall"], "x", 3)


@benchmark
def parallel() -> Iterable[Figure]:
    """A diamond of four 0.5 s tasks, alone and 200 at once; the critical path is three tasks."""
    path = 3 * LATENCY_SECONDS
    alone = run_part("engine", "single", latency_seconds=LATENCY_SECONDS)
    yield Figure("parallel.one_diamond / critical_path", alone["wall"] / path, "x", 1.05, "at most")
    ours = run_part("engine", "many", shape="diamond", latency_seconds=LATENCY_SECONDS, count=200)
    _check(ours, 200)
    yield Figure("parallel.200_diamonds / critical_path", ours["wall"] / path, "x", 3, "at most")
    yield Figure("parallel.200_diamonds_events_stored", ours["events"], "events")


@benchmark
def cpu() -> Iterable[Figure]:
    """CPU of a one-task execution without latency, store included, against stock `kickoff`."""
    ours = run_part("engine", "many", shape="one", latency_seconds=0.0, count=200)
    _check(ours, 200)
    stock = run_part("stock", "kickoff_cpu", count=100)
    yield Figure("cpu.ours", 1000 * ours["cpu"] / 200, "ms")
    yield Figure("cpu.ours_events_stored", ours["events"], "events")
    yield Figure("cpu.stock_kickoff", 1000 * stock["cpu"], "ms")
    yield Figure("cpu.ours / stock", ours["cpu"] / 200 / stock["cpu"], "x", 0.25, "at most")
    four = run_part("engine", "many", shape="diamond", latency_seconds=0.0, count=100)
    _check(four, 100)
    stock_four = run_part("stock", "kickoff_cpu", count=40, shape="diamond")
    yield Figure("cpu.ours_per_task_of_four", 1000 * four["cpu"] / 400, "ms")
    yield Figure("cpu.stock_per_task_of_four", 1000 * stock_four["cpu"] / 4, "ms")
    yield Figure("cpu.ours / stock, per task of four", four["cpu"] / 100 / stock_four["cpu"], "x", 0.2, "at most")


if __name__ == "__main__":
    serve_part({"many": many, "single": single})
