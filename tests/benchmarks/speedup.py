"""The example crews as a parallel crew, against crewAI running the same tasks one after the other."""

from __future__ import annotations

import csv
import shutil
import statistics
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.benchmarks.part import run_part, serve_part
from tests.benchmarks.report import Figure, benchmark

EXAMPLES = Path("data/examples")
CREWS = ("market-brief", "ticket-triage", "data-quality-review", "incident-review")
LATENCY_SECONDS = 0.5
"""Of every model call, so that the critical path alone makes the difference."""
ROUNDS = 3


def example(name: str) -> tuple[dict[str, Any], dict[str, str]]:
    """The example as a parallel crew without guardrails and schemas, and the first row of its table."""
    from crewlab.definitions.notation.text import read_document

    document = read_document((EXAMPLES / f"{name}.yaml").read_text("utf-8"), source=name)
    document = {**document, "process": "parallel"}
    document.pop("manager_llm", None)
    for agent in document["agents"].values():
        agent["llm"] = {"model": "rehearsal/plain", "latency_seconds": LATENCY_SECONDS}
    for task in document["tasks"]:
        for field in ("guardrail", "guardrails", "output_json", "markdown", "output_file"):
            task.pop(field, None)
    with (EXAMPLES / f"{name}.csv").open(encoding="utf-8", newline="") as rows:
        return document, next(csv.DictReader(rows))


def ours(data: str, name: str) -> dict[str, float]:
    """Median wall time, and the sum of the task durations over those on the longest path."""
    from crewlab.lab import Lab

    document, inputs = example(name)
    shutil.copytree(EXAMPLES / "files", Path(data) / "files")
    walls = []
    with Lab.open(data) as lab:
        lab.run(document, inputs)
        for _ in range(ROUNDS):
            begin = time.perf_counter()
            done = lab.run(document, inputs)
            walls.append(time.perf_counter() - begin)
            assert done.status == "completed", done.error
        tasks = lab.tasks_df(execution_ids=[done.execution_id])
    durations = dict(zip(tasks["task_name"], tasks["duration_seconds"], strict=True))
    return {"wall": statistics.median(walls), "ratio": sum(durations.values()) / _longest_path(document, durations)}


def _longest_path(document: dict[str, Any], durations: dict[str, float]) -> float:
    ends: dict[str, float] = {}
    for task in document["tasks"]:
        before = task.get("context", list(ends))
        ends[task["name"]] = max((ends[name] for name in before), default=0.0) + durations[task["name"]]
    return max(ends.values())


def stock(data: str, name: str) -> dict[str, float]:
    """Median wall time of crewAI's sequential `kickoff` of the same tasks, built by hand."""
    from tests.benchmarks.stock import start

    start(data)
    document, inputs = example(name)
    walls = []
    for _ in range(ROUNDS):
        crew = _stock_crew(document)
        begin = time.perf_counter()
        crew.kickoff(inputs=inputs)
        walls.append(time.perf_counter() - begin)
    return {"wall": statistics.median(walls)}


def _stock_crew(document: dict[str, Any]) -> Any:
    from crewai import Agent, Crew, Task

    from crewlab.bridge.rehearsal.llm import RehearsalLLM
    from crewlab.bridge.tools.allow_list import make_tool

    agents, tasks = {}, {}
    for name, fields in document["agents"].items():
        texts = {field: fields[field] for field in ("role", "goal", "backstory")}
        tools = [make_tool(tool, EXAMPLES / "files") for tool in fields.get("tools", ())]
        agents[name] = Agent(**texts, llm=RehearsalLLM(**fields["llm"]), tools=tools)
    for each in document["tasks"]:
        context = {"context": [tasks[name] for name in each["context"]]} if "context" in each else {}
        texts = {field: each[field] for field in ("name", "description", "expected_output")}
        tasks[each["name"]] = Task(**texts, agent=agents[each["agent"]], **context)
    return Crew(agents=list(agents.values()), tasks=list(tasks.values()))


@benchmark
def speedup() -> Iterable[Figure]:
    """Each example crew: how much faster than stock, beside the ratio that its critical path allows."""
    for name in CREWS:
        mine, theirs = run_part("speedup", "ours", name=name), run_part("speedup", "stock", name=name)
        yield Figure(f"speedup.{name}_critical_path_ratio", mine["ratio"], "x")
        yield Figure(f"speedup.{name}_stock / ours", theirs["wall"] / mine["wall"], "x", round(0.95 * mine["ratio"], 3))


if __name__ == "__main__":
    serve_part({"ours": ours, "stock": stock})
