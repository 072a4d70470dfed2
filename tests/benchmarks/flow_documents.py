"""The flows of the flow benchmarks, the same for both runtimes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Step = dict[str, Any]


def chain(steps: int) -> dict[str, Any]:
    """Expressions one after the other, each on the output of the one before."""
    first = {"s0": _expression("0", start=True)}
    rest = {f"s{n}": _expression(f"outputs.s{n - 1} + 1", listen=f"s{n - 1}") for n in range(1, steps)}
    return _flow("chain", {**first, **rest})


def stages(stages: int, width: int) -> dict[str, Any]:
    """Stages of `width` expressions and their join, one after the other; `stages * (width + 1) + 1` steps."""
    methods, before = {"s": _expression("0", start=True)}, "s"
    for stage in range(stages):
        names = [f"s{stage}_{n}" for n in range(width)]
        methods.update({name: _expression("1", listen=before) for name in names})
        before = f"join{stage}"
        methods[before] = _expression(" + ".join(f"outputs.{name}" for name in names), listen={"and": names})
    return _flow("stages", methods)


def fan_out(width: int, latency_seconds: float) -> dict[str, Any]:
    """`width` crews of one task side by side, each one model call of the rehearsal model, and their join."""
    names = [f"c{n}" for n in range(width)]
    crews: dict[str, Step] = {name: {"listen": "s", "do": _crew(name, latency_seconds)} for name in names}
    join = _expression("size(outputs)", listen={"and": names})
    return _flow("fan-out", {"s": _expression("0", start=True), **crews, "join": join})


def _crew(name: str, latency_seconds: float) -> Step:
    llm = {"model": "rehearsal/plain", "latency_seconds": latency_seconds}
    writer = {"role": "Writer", "goal": "Write", "backstory": "Brief", "llm": llm}
    task = {"name": "write", "description": f"Write about {name}", "expected_output": "x", "agent": "writer"}
    return {"call": "crew", "with": {"name": name, "agents": {"writer": writer}, "tasks": [task]}}


def _expression(text: str, **step: Any) -> Step:
    return {"do": {"call": "expression", "expr": text}, **step}


def _flow(name: str, methods: Mapping[str, Step]) -> dict[str, Any]:
    return {"schema": "crewai.flow/v1", "name": name, "methods": dict(methods)}


def large(steps: int, crews: int, words: str) -> dict[str, Any]:
    """A flow of many steps, with crews of four tasks spread over it; `words` are in every text and expression."""
    every = steps // crews
    first: Step = {"start": True, "do": {"call": "expression", "expr": "state.topic"}}
    rest = {f"s{n}": {"listen": f"s{n - 1}", "do": _nth(n, every, words)} for n in range(1, steps)}
    properties = {"topic": {"type": "string"}, "depth": {"type": "string"}}
    state = {"type": "json_schema", "json_schema": {"type": "object", "properties": properties}}
    return {**_flow("large", {"s0": first, **rest}), "state": {**state, "default": {"topic": "x", "depth": "y"}}}


def _nth(number: int, every: int, words: str) -> Step:
    if number % every == 0:
        inputs = {"topic": "${state.topic}", "depth": f"{words} ${{state.depth}} and ${{outputs.s{number - 1}}}"}
        return {"call": "crew", "with": _four_tasks(number, words), "inputs": inputs}
    before = f"outputs.s{number - 1}.raw" if (number - 1) % every == 0 and number > 1 else f"outputs.s{number - 1}"
    return {"call": "expression", "expr": f"size({before}) + {number} > 10 ? '{words}' : state.topic"}


def _four_tasks(number: int, words: str) -> dict[str, Any]:
    agent = {"role": f"Role {number}", "goal": "Find {topic}", "backstory": f"{words} " * 9, "llm": "rehearsal/plain"}
    tasks = [
        {
            "name": f"t{n}",
            "description": f"Look into {{topic}} and {{depth}}: {words}",
            "expected_output": "A list",
            "agent": f"a{n % 2}",
            "context": [f"t{n - 1}"] if n else [],
        }
        for n in range(4)
    ]
    return {"name": f"crew {number}", "agents": {"a0": agent, "a1": agent}, "tasks": tasks}
