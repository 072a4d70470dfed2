"""Where the nodes of a graph stand: columns from left to right along the arrows, few crossings within them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from crewlab.definitions.pictures.graph import Graph

Position = tuple[int, float]
"""Column from 0, and row, with 0 in the middle."""
_SWEEPS = 4
_MOST_WAYPOINTS = 2_000
"""In a graph with more, arrows run straight: nobody could follow them either way, and drawing has to end."""


@dataclass(frozen=True)
class Layout:
    """Places of nodes by their keys, and the places through which the longer arrows go, by their two ends."""

    places: Mapping[str, Position]
    ways: Mapping[tuple[str, str], tuple[Position, ...]]


def layout(graph: Graph) -> Layout:
    """A place for every node; arrows lead to a later column, but for those that close a loop."""
    forward = _forward(graph)
    columns = _columns(forward)
    column_of = {key: number for number, column in enumerate(columns) for key in column}
    bends = _bends(forward, column_of)
    places = _places(_with_bends(columns, bends), _through(forward, bends))
    nodes = {key: place for key, place in places.items() if key in column_of}
    return Layout(nodes, {edge: tuple(places[bend] for bend in names) for edge, names in bends.items()})


def _forward(graph: Graph) -> dict[str, list[str]]:
    """For each node those that it leads to, without the arrows that close a loop (depth first, in the given order)."""
    leads: dict[str, list[str]] = {node.key: [] for node in graph.nodes}
    for edge in graph.edges:
        if edge.target not in leads[edge.source]:
            leads[edge.source].append(edge.target)
    kept: dict[str, list[str]] = {key: [] for key in leads}
    done: set[str] = set()
    for key in leads:
        _walk(key, leads, kept, done)
    return kept


def _walk(start: str, leads: Mapping[str, list[str]], kept: dict[str, list[str]], done: set[str]) -> None:
    """Depth first from `start`, without recursion: a chain may have more nodes than Python has frames."""
    path, is_open = [(start, iter(leads[start]))], {start}
    while path and start not in done:
        key, rest = path[-1]
        target = next(rest, None)
        if target is None:
            path.pop()
            is_open.discard(key)
            done.add(key)
        elif target not in is_open:
            kept[key].append(target)
            if target not in done:
                is_open.add(target)
                path.append((target, iter(leads[target])))


def _columns(forward: Mapping[str, list[str]]) -> list[list[str]]:
    """Each node as far right as its longest way from a start needs."""
    waiting = dict.fromkeys(forward, 0)
    for targets in forward.values():
        for target in targets:
            waiting[target] += 1
    column, columns = [key for key, count in waiting.items() if not count], []
    while column:
        columns.append(column)
        following = []
        for key in column:
            for target in forward[key]:
                waiting[target] -= 1
                if not waiting[target]:
                    following.append(target)
        column = following
    return columns


Bends = dict[tuple[str, str], list[str]]
"""For an arrow over several columns a name for the point where it crosses each column between."""


def _bends(forward: Mapping[str, list[str]], column_of: Mapping[str, int]) -> Bends:
    bends = {
        (source, target): [f"{source}|{target}|{number}" for number in range(column_of[source] + 1, column_of[target])]
        for source, targets in forward.items()
        for target in targets
        if column_of[target] - column_of[source] > 1
    }
    return bends if sum(map(len, bends.values())) <= _MOST_WAYPOINTS else {}


def _with_bends(columns: Sequence[Sequence[str]], bends: Bends) -> list[list[str]]:
    found = [list(column) for column in columns]
    for names in bends.values():
        for name in names:
            found[int(name.rpartition("|")[2])].append(name)
    return found


def _through(forward: Mapping[str, list[str]], bends: Bends) -> dict[str, list[str]]:
    """What leads to what, one column at a time."""
    leads: dict[str, list[str]] = {key: [] for key in forward}
    for source, targets in forward.items():
        for target in targets:
            stations = [source, *bends.get((source, target), ()), target]
            for here, there in pairwise(stations):
                leads.setdefault(here, []).append(there)
    return leads


def _places(columns: list[list[str]], forward: Mapping[str, list[str]]) -> dict[str, Position]:
    """Each node near the middle of those it comes from, then of those it leads to, and again."""
    sources: dict[str, list[str]] = {key: [] for key in forward}
    for key, targets in forward.items():
        for target in targets:
            sources[target].append(key)
    rows = {key: _row(index, column) for column in columns for index, key in enumerate(column)}
    for sweep in range(_SWEEPS):
        is_there = sweep % 2 == 0
        for column in columns if is_there else reversed(columns):
            _sort(column, sources if is_there else forward, rows)
    return {key: (number, rows[key]) for number, column in enumerate(columns) for key in column}


def _sort(column: list[str], neighbours: Mapping[str, list[str]], rows: dict[str, float]) -> None:
    column.sort(key=lambda key: fmean(rows[other] for other in neighbours[key]) if neighbours[key] else rows[key])
    for index, key in enumerate(column):
        rows[key] = _row(index, column)


def _row(index: int, column: Sequence[str]) -> float:
    return index - (len(column) - 1) / 2
