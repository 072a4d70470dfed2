"""1,000 executions of every kind at once: those that crash, overrun or are cancelled must not show in the others."""

from __future__ import annotations

import json
import os
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks.part import run_part, serve_part
from tests.benchmarks.process import rss_bytes
from tests.benchmarks.report import Figure, benchmark

ROUND = {"good": 16, "crash": 2, "overrun": 1, "endless": 1}
"""Executions of each kind out of 20: 10 % crash, 5 % overrun, 5 % are cancelled."""
ENDS = {"good": "completed", "crash": "failed", "overrun": "failed timed_out", "endless": "cancelled"}
LIMIT_SECONDS = {"overrun": 1.0}
SPOILED: dict[str, dict[str, Any]] = {
    "crash": {"error_rate": 1.0},
    "overrun": {"latency_seconds": 600.0},
    "endless": {"latency_seconds": 600.0},
}
"""What the model of task `c` does in each kind."""


def diamond(kind: str) -> dict[str, Any]:
    """Four tasks on a streaming model: `b` reads with a tool, `c` has a guardrail, `d` joins."""
    model = {"model": "rehearsal/plain", "latency_seconds": 0.05, "stream": True}
    models = {"writer": model, "reader": model, "checked": {**model, **SPOILED.get(kind, {})}}
    agents = {
        name: {"role": name.title(), "goal": "Write", "backstory": "Brief", "llm": llm} for name, llm in models.items()
    }
    agents["reader"]["tools"] = ["DirectoryReadTool"]
    tasks = [
        _task("a", "writer"),
        _task("b", "reader", "a"),
        _task("c", "checked", "a"),
        _task("d", "writer", "b", "c"),
    ]
    tasks[2]["guardrail"] = "The answer must be about the topic."
    return {"name": kind, "process": "parallel", "agents": agents, "tasks": tasks}


def _task(name: str, agent: str, *context: str) -> dict[str, Any]:
    description = f"List the files, then do part-{name} on topic-{{number}}."
    return {"name": name, "description": description, "expected_output": "x", "agent": agent, "context": list(context)}


def run_all(data: str, count: int) -> dict[str, float]:
    """Launch, cancel what has to be cancelled, wait for all, and check what the store says about it."""
    from crewlab.lab import Lab
    from crewlab.settings import Settings

    files = Path(data) / "files"
    files.mkdir()
    (files / "orders.csv").write_text("order,amount\n1,2\n")
    with Lab.open(settings=Settings(data=Path(data), model_attempts=2, retry_wait_seconds=0.05)) as lab:
        lab.run_each(diamond("good"), [{"number": f"w{i}"} for i in range(8)])
        begin, cpu = time.perf_counter(), time.process_time()
        plan = _launch(lab, count)
        rss = _see_to_the_end(lab, count + 8)
        wall, cpu = time.perf_counter() - begin, time.process_time() - cpu
        return {**_checked(lab, plan), "cpu_ms": 1000 * cpu / count, "wall": wall, "rss_growth": rss[1] / rss[0] - 1}


def _launch(lab: Any, count: int) -> dict[str, str]:
    """The kind of every execution."""
    plan: dict[str, str] = {}
    documents = {kind: diamond(kind) for kind in ROUND}
    per_batch = {kind: share * 5 for kind, share in ROUND.items()}
    number = 0
    while number < count:
        for kind, size in per_batch.items():
            rows = [{"number": f"{number + i:05d}"} for i in range(size)]
            number += size
            batch = lab.launch_batch(documents[kind], rows, timeout_seconds=LIMIT_SECONDS.get(kind))
            plan.update((each.execution_id, kind) for each in lab.executions(batch_id=batch.batch_id))
    return plan


def _see_to_the_end(lab: Any, count: int) -> tuple[int, int]:
    """Cancel endless ones once they run; resident bytes when 200 have ended, and when all have."""
    early = 0
    ended = 0
    while ended < count:
        for each in lab.executions(status="running", definition="endless"):
            if each.tasks_done:
                lab.cancel(each.execution_id)
        counts = lab.counts()
        ended = sum(counts.get(status, 0) for status in ("completed", "failed", "cancelled", "interrupted"))
        early = early or (rss_bytes() if ended >= 200 else 0)
        time.sleep(0.1)  # a look ten times a second is part of the load
    return early, rss_bytes()


def _checked(lab: Any, plan: dict[str, str]) -> dict[str, float]:
    ids = list(plan)
    executions = lab.executions_df(execution_ids=ids)
    ends = executions["status"] + executions["reason"].map(
        lambda reason: f" {reason}" if isinstance(reason, str) else ""
    )
    wrong = sum(ENDS[plan[one]] != end for one, end in zip(executions["execution_id"], ends, strict=True))
    calls, tools = lab.llm_calls_df(execution_ids=ids), lab.tool_calls_df(execution_ids=ids)
    topics = dict(zip(executions["execution_id"], map(_number, executions["inputs"]), strict=True))
    strange = sum(_is_strange(call, topics) for call in calls.to_dict("records"))
    logs = lab.logs_df(execution_ids=ids)
    return {
        "wrong_statuses": wrong + len(plan) - len(executions),
        "wrong_attributions": strange,
        "gaps": _gaps(logs),
        "unclosed": _unclosed(logs, calls, tools) + int((lab.tasks_df(execution_ids=ids)["status"] == "running").sum()),
        "model_calls": len(calls),
        "tool_calls": len(tools),
        "events": len(logs),
    }


def _number(inputs: Any) -> str:
    return str((json.loads(inputs) if isinstance(inputs, str) else inputs)["number"])


def _is_strange(call: dict[str, Any], topics: dict[str, str]) -> bool:
    """Whether a call speaks of another execution, or an agent's call of a task that is not its own."""
    messages = str(call["messages"])
    parts = re.findall(r"part-(\w) on", messages.split("context you")[0])
    foreign = set(re.findall(r"topic-(\w+)", messages)) - {topics[call["execution_id"]]}
    return bool(foreign) or (call["purpose"] == "agent" and call["task_name"] not in parts)


def _gaps(logs: Any) -> int:
    """Attempts whose sequences are not 1, 2, 3, …"""
    groups = logs.groupby(["execution_id", "attempt"])["sequence"]
    return int(((groups.min() != 1) | (groups.max() != groups.count()) | (groups.nunique() != groups.count())).sum())


def _unclosed(logs: Any, calls: Any, tools: Any) -> int:
    """Calls that began and have no end."""
    begun = Counter(_call_ids(logs[logs["kind"].isin(["model_call_started", "tool_call_started"])]["payload"]))
    return len(begun - Counter([*calls["call_id"], *tools["call_id"]]))


def _call_ids(payloads: Iterable[Any]) -> Iterator[str]:
    for payload in payloads:
        yield (json.loads(payload) if isinstance(payload, str) else payload)["call_id"]


@benchmark
def mixed() -> Iterable[Figure]:
    """1,000 diamonds with a tool, a guardrail and streaming; 10 % crash, 5 % overrun, 5 % are cancelled."""
    got = run_part("mixed", "run_all", count=int(os.environ.get("MIXED_EXECUTIONS", "1000")))
    yield Figure("mixed.wrong_statuses", got["wrong_statuses"], "executions", 0, "at most")
    yield Figure("mixed.wrong_attributions", got["wrong_attributions"], "calls", 0, "at most")
    yield Figure("mixed.sequences_with_gaps", got["gaps"], "attempts", 0, "at most")
    yield Figure("mixed.unclosed_spans", got["unclosed"], "spans", 0, "at most")
    yield Figure("mixed.cpu_each", got["cpu_ms"], "ms", 18, "at most")
    yield Figure("mixed.rss_growth_200_to_end", 100 * got["rss_growth"], "%", 30, "at most")
    yield Figure("mixed.wall", got["wall"], "s")
    for name in ("model_calls", "tool_calls", "events"):
        yield Figure(f"mixed.{name}", got[name], "")


if __name__ == "__main__":
    serve_part({"run_all": run_all})
