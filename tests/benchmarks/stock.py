"""crewAI as it comes, on the same model: what the engine is measured against."""

from __future__ import annotations

import asyncio
import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.benchmarks.part import serve_part

os.environ.update(CREWAI_DISABLE_TELEMETRY="true", CREWAI_TRACING_ENABLED="false", CREWAI_DISABLE_VERSION_CHECK="true")


def make_crew(latency_seconds: float, number: int) -> Any:
    """A one-task crew on the rehearsal model, with crewAI's own executor."""
    from crewai import Agent, Crew, Task

    from crewlab.bridge.rehearsal.llm import RehearsalLLM

    llm = RehearsalLLM(model="rehearsal/plain", latency_seconds=latency_seconds)
    agent = Agent(role="Writer", goal="Write", backstory="Brief", llm=llm)
    task = Task(description=f"Write about topic {number}", expected_output="One sentence", agent=agent)
    return Crew(agents=[agent], tasks=[task])


def make_diamond(number: int) -> Any:
    """The four tasks of `engine.diamond` without latency, one after the other as crewAI runs them."""
    from crewai import Agent, Crew, Task

    from crewlab.bridge.rehearsal.llm import RehearsalLLM

    agent = Agent(role="Writer", goal="Write", backstory="Brief", llm=RehearsalLLM(model="rehearsal/plain"))
    tasks: dict[str, Task] = {}
    for name, context in {"a": "", "b": "a", "c": "a", "d": "bc"}.items():
        read = [tasks[one] for one in context]
        tasks[name] = Task(description=f"Do {name} on {number}", expected_output="x", agent=agent, context=read)
    return Crew(agents=[agent], tasks=list(tasks.values()))


def start(data: str) -> None:
    """Silence crewAI, keep its files in `data`, and pay for everything that is paid once."""
    os.environ["CREWAI_STORAGE_DIR"] = data
    from crewai_core.printer import set_suppress_console_output

    set_suppress_console_output(True)
    make_crew(0.0, -1).kickoff()


def akickoff(data: str, count: int, latency_seconds: float, threads: int | None = None) -> dict[str, float]:
    """All at once with `akickoff`; `threads` is the size of the loop's default executor."""
    start(data)

    async def go() -> float:
        if threads:
            asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(threads))
        crews = [make_crew(latency_seconds, i) for i in range(count)]
        begin = time.perf_counter()
        await asyncio.gather(*(crew.akickoff() for crew in crews))
        return time.perf_counter() - begin

    return {"wall": asyncio.run(go())}


def kickoff(data: str, count: int, latency_seconds: float, threads: int) -> dict[str, float]:
    """`kickoff` in a pool of threads; CPU is of the whole process."""
    start(data)
    crews = [make_crew(latency_seconds, i) for i in range(count)]
    begin, cpu = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda crew: crew.kickoff(), crews))
    return {"wall": time.perf_counter() - begin, "cpu": time.process_time() - cpu}


def kickoff_cpu(data: str, count: int, shape: str = "one") -> dict[str, float]:
    """CPU of building and running a crew without latency, one after the other."""
    start(data)
    cpu = time.process_time()
    for number in range(count):
        (make_crew(0.0, number) if shape == "one" else make_diamond(number)).kickoff()
    return {"cpu": (time.process_time() - cpu) / count}


if __name__ == "__main__":
    serve_part({"akickoff": akickoff, "kickoff": kickoff, "kickoff_cpu": kickoff_cpu})
