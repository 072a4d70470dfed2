"""`make bench`: run the benchmarks one after the other, each part in a process of its own."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.benchmarks import (  # noqa: F401 - importing registers the benchmarks
    definitions,
    engine,
    first_paint,
    flows,
    mixed,
    responsive,
    soak,
    speedup,
    store,
)
from tests.benchmarks.report import BENCHMARKS, Figure, row, save


def main(only: list[str]) -> int:
    """Print the table; the exit status is 1 when a goal was missed."""
    unknown = [name for name in only if name not in BENCHMARKS]
    if unknown:
        print(f"There is no benchmark {unknown[0]!r}. Known: {', '.join(BENCHMARKS)}")
        return 2
    figures: list[Figure] = []
    for name in only or BENCHMARKS:
        for figure in BENCHMARKS[name]():
            print(row(figure), flush=True)
            figures.append(figure)
    save(figures, Path("bench.json"))
    return int(any(figure.met is False for figure in figures))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
