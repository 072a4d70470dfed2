"""Very many small executions in one process: nothing may grow but the file."""

from __future__ import annotations

import os
from collections.abc import Iterable

from tests.benchmarks.engine import one_task
from tests.benchmarks.part import run_part, serve_part
from tests.benchmarks.process import descriptors, rss_bytes, threads
from tests.benchmarks.report import Figure, benchmark

CHUNK = 250
WARM = 1_000
"""Executions after which nothing may grow any more."""


def run_all(data: str, count: int) -> dict[str, float]:
    """What the process held after the first `WARM` executions, and what it holds at the end."""
    from crewlab.lab import Lab

    with Lab.open(data) as lab:
        done = _run(lab, 0, WARM)
        warm = (rss_bytes(), threads(), descriptors())
        done += _run(lab, WARM, count)
        end = (rss_bytes(), threads(), descriptors())
    names = ("rss", "threads", "descriptors")
    return {"completed": done, **{f"{name}_warm": w for name, w in zip(names, warm, strict=True)},
            **{f"{name}_end": e for name, e in zip(names, end, strict=True)}}  # fmt: skip


def _run(lab, begin: int, end: int) -> int:
    document, completed = one_task(0.0), 0
    for start in range(begin, end, CHUNK):
        rows = [{"number": str(number)} for number in range(start, min(end, start + CHUNK))]
        completed += sum(each.status == "completed" for each in lab.run_each(document, rows))
    return completed


@benchmark
def soak() -> Iterable[Figure]:
    """10,000 one-task executions in one process; `SOAK_EXECUTIONS` makes it shorter."""
    count = int(os.environ.get("SOAK_EXECUTIONS", "10000"))
    got = run_part("soak", "run_all", timeout_seconds=3600.0, count=count)
    yield Figure("soak.completed", got["completed"], "executions", count)
    yield Figure("soak.rss_after_1000", got["rss_warm"] / 1e6, "MB")
    yield Figure("soak.rss_growth", 100 * (got["rss_end"] / got["rss_warm"] - 1), "%", 10, "at most")
    yield Figure("soak.threads_growth", got["threads_end"] - got["threads_warm"], "threads", 0, "at most")
    # One, because the write-ahead log is open or not, as the last checkpoint left it.
    yield Figure("soak.descriptors_growth", got["descriptors_end"] - got["descriptors_warm"], "files", 1, "at most")


if __name__ == "__main__":
    serve_part({"run_all": run_all})
