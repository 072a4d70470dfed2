"""The flow runner against crewAI's own where steps cost nothing, and against the critical path where they wait."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable
from typing import Any

from tests.benchmarks import flow_documents
from tests.benchmarks.part import run_part, serve_part
from tests.benchmarks.report import Figure, benchmark

STEPS, WIDTH = 1_000, 9
CREWS, LATENCY_SECONDS = 20, 0.2
ROUNDS = 3
TIMES_FASTER, OF_CRITICAL_PATH = 5.0, 1.15


def ours(data: str, shape: str, rounds: int = ROUNDS, **sizes: Any) -> dict[str, float]:
    """Median wall time of `lab.run` of a flow of `flow_documents`: checked, stored, with every event and output."""
    from crewlab.lab import Lab

    document = getattr(flow_documents, shape)(**sizes)
    walls = []
    with Lab.open(data) as lab:
        lab.run(flow_documents.fan_out(1, 0.0))  # what is paid once: crewAI's import, a first crew
        for _ in range(rounds):
            begin = time.perf_counter()
            done = lab.run(document)
            walls.append(time.perf_counter() - begin)
            assert done.status == "completed", done.error
            assert done.tasks_done == len(document["methods"])
    return {"wall": statistics.median(walls), "steps": len(document["methods"])}


def fan_out(data: str, rounds: int = ROUNDS) -> dict[str, float]:
    """Medians of a flow of crews side by side: its wall time, and its duration over two kinds of critical path.

    `ratio` is over the longest path of its steps as they were measured; `nominal` over the wait of one model call.
    """
    from crewlab.lab import Lab

    walls, ratios, nominal = [], [], []
    with Lab.open(data) as lab:
        lab.run(flow_documents.fan_out(1, 0.0))
        for _ in range(rounds):
            begin = time.perf_counter()
            done = lab.run(flow_documents.fan_out(CREWS, LATENCY_SECONDS))
            walls.append(time.perf_counter() - begin)
            steps = {step.step: step.duration_seconds or 0.0 for step in lab.steps(done.execution_id)}
            path = steps.pop("s") + steps.pop("join") + max(steps.values())
            ratios.append((done.duration_seconds or 0.0) / path)
            nominal.append((done.duration_seconds or 0.0) / LATENCY_SECONDS)
    medians = {"wall": walls, "ratio": ratios, "nominal": nominal}
    return {name: statistics.median(values) for name, values in medians.items()}


@benchmark
def flows() -> Iterable[Figure]:
    """1,000 expressions in a row and in stages, each against crewAI's runtime; 20 crews side by side and their join."""
    for name, sizes in {
        "chain": {"steps": STEPS},
        "stages": {"stages": STEPS // (WIDTH + 1), "width": WIDTH},
    }.items():
        mine = run_part("flows", "ours", shape=name, **sizes)
        theirs = run_part("stock_flow", "flow", shape=name, **sizes)
        yield Figure(f"flows.{name}_of_{mine['steps']}_wall", mine["wall"], "s")
        yield Figure(f"flows.{name}_stock / ours", theirs["wall"] / mine["wall"], "x", TIMES_FASTER)
    fan = run_part("flows", "fan_out")
    yield Figure(f"flows.fan_out_of_{CREWS}_crews / critical path", fan["ratio"], "x", OF_CRITICAL_PATH, "at most")
    yield Figure(
        f"flows.fan_out_of_{CREWS}_crews / {LATENCY_SECONDS} s", fan["nominal"], "x", OF_CRITICAL_PATH, "at most"
    )
    yield Figure(f"flows.fan_out_of_{CREWS}_crews_of_{LATENCY_SECONDS}s_wall", fan["wall"], "s")


if __name__ == "__main__":
    serve_part({"ours": ours, "fan_out": fan_out})
