"""One table for all benchmarks: name, value, unit, goal, met."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal, NamedTuple

BENCHMARKS: dict[str, Callable[[], Iterable[Figure]]] = {}
"""Every benchmark by its name; each runs alone with `make bench ONLY=name`."""


class Figure(NamedTuple):
    """One measured number and what it is held against; `goal` None is for information."""

    name: str
    value: float
    unit: str
    goal: float | None = None
    better: Literal["at least", "at most"] = "at least"

    @property
    def met(self) -> bool | None:
        if self.goal is None:
            return None
        return self.value >= self.goal if self.better == "at least" else self.value <= self.goal


def benchmark(function: Callable[[], Iterable[Figure]]) -> Callable[[], Iterable[Figure]]:
    """Register a benchmark under its function's name."""
    BENCHMARKS[function.__name__] = function
    return function


def row(figure: Figure) -> str:
    """One line of the table."""
    goal = "" if figure.goal is None else f"{figure.better} {figure.goal:g}"
    met = {True: "met", False: "MISSED", None: ""}[figure.met]
    return f"{figure.name:<58}{figure.value:>12.3f} {figure.unit:<12}{goal:<16}{met}"


def save(figures: Iterable[Figure], path: Path) -> None:
    """Write `bench.json`; figures of benchmarks that did not run this time are kept."""
    known = json.loads(path.read_text("utf-8")) if path.exists() else {}
    for figure in figures:
        known[figure.name] = {"value": figure.value, "unit": figure.unit, "goal": figure.goal, "met": figure.met}
    path.write_text(json.dumps(known, indent=2) + "\n", "utf-8")
