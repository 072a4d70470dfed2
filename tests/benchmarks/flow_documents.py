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
