"""How soon a launch reaches the model, and how soon a cancel lets go of it; the model server counts."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from tests.benchmarks.part import run_part, serve_part
from tests.benchmarks.report import Figure, benchmark
from tests.benchmarks.store import percentile
from tests.conftest import wait_until
from tests.model_server import ModelServer


def _document(url: str) -> dict[str, Any]:
    llm = {"model": "openai/test-model", "base_url": url}
    return {
        "name": "one",
        "agents": {"writer": {"role": "Writer", "goal": "Write", "backstory": "Brief", "llm": llm}},
        "tasks": [{"name": "write", "description": "Write about topic {number}", "expected_output": "One sentence",
                   "agent": "writer"}],
    }  # fmt: skip


def first_calls(data: str, count: int) -> dict[str, float]:
    """Milliseconds from `launch()` to the arrival of the first request, one launch after the other."""
    from crewlab.lab import Lab

    os.environ["OPENAI_API_KEY"] = "test-key"
    delays = []
    with ModelServer() as server, Lab.open(data) as lab:
        document = _document(server.url)
        lab.run(document, {"number": "warm"})
        for number in range(count):
            seen, begin = len(server.requests), time.monotonic()
            lab.launch(document, {"number": str(number)}).wait(60)
            delays.append(1000 * (server.requests[seen].at - begin))
    return {"p50": percentile(delays, 50), "p95": percentile(delays, 95)}


def cancels(data: str, running: int, rounds: int) -> dict[str, float]:
    """Milliseconds from asking for a cancel to the closed span of the model call; requests seen dropped."""
    from crewlab.lab import Lab

    os.environ["OPENAI_API_KEY"] = "test-key"
    delays: list[float] = []
    with ModelServer() as server, Lab.open(data) as lab:
        lab.run(_document(server.url), {"number": "warm"})
        server.latency_seconds = 600.0
        for number in range(1, rounds + 1):
            batch = lab.launch_batch(_document(server.url), [{"number": str(i)} for i in range(running)])
            wait_until(lambda: server.open_requests == running, "all requests to be open", 120)
            wait_until(lambda b=batch: lab.batch(b.batch_id).counts.get("running") == running, "all to be running", 120)
            delays += _cancel_all(lab, [each.execution_id for each in lab.executions(batch_id=batch.batch_id)])
            asked = number * running
            wait_until(lambda a=asked: sum(r.dropped_by_client for r in server.requests) == a, "all to be dropped")
        dropped = sum(request.dropped_by_client for request in server.requests)
    return {"p50": percentile(delays, 50), "p99": percentile(delays, 99), "max": max(delays), "dropped": dropped,
            "asked": len(delays)}  # fmt: skip


def _cancel_all(lab: Any, execution_ids: list[str]) -> list[float]:
    """One after the other, while the rest go on."""
    asked = {}
    for execution_id in execution_ids:
        asked[execution_id] = datetime.now(UTC)
        assert lab.cancel(execution_id).status == "cancelled"
    calls = lab.llm_calls_df(execution_ids=execution_ids)
    assert set(calls["status"]) == {"cancelled"}
    ends = zip(calls["execution_id"], calls["ended_at"], strict=True)
    return [1000 * (end - asked[one]).total_seconds() for one, end in ends]


@benchmark
def first_call() -> Iterable[Figure]:
    """From `launch()` to the first request at the model server, with crewAI loaded."""
    got = run_part("responsive", "first_calls", count=100)
    yield Figure("first_call.p50", got["p50"], "ms")
    yield Figure("first_call.p95", got["p95"], "ms", 150, "at most")


@benchmark
def cancel() -> Iterable[Figure]:
    """From asking for a cancel to the closed span, with 64 and with 256 model calls open."""
    for running, rounds, goal in ((64, 4, 100), (256, 1, None)):
        got = run_part("responsive", "cancels", running=running, rounds=rounds)
        yield Figure(f"cancel.p50_at_{running}", got["p50"], "ms")
        yield Figure(f"cancel.p99_at_{running}", got["p99"], "ms", goal, "at most")
        yield Figure(f"cancel.not_dropped_at_{running}", got["asked"] - got["dropped"], "requests", 0, "at most")


if __name__ == "__main__":
    serve_part({"first_calls": first_calls, "cancels": cancels})
