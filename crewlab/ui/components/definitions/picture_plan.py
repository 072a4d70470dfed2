"""Where the boxes and arrows of a picture stand on the screen, and in which direction it is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from crewlab.definitions.pictures.graph import Edge, Graph, Node
from crewlab.definitions.pictures.layout import Layout, Position, layout
from crewlab.ui.components.plain_text import shorten

Point = tuple[float, float]
Ends = tuple[str, str]
BOX_WIDTH, LINE_HEIGHT = 190, 18
LONGEST = 34
"""Characters of a label; longer ones are cut."""
_LINE = 22
"""Characters that stand beside each other in a box."""
_PADDING, _GAP, _CHARACTER = 20, 45, 6.5
_LANE = 0.3
_WIDE, _NARROW = 1080, 430
_TALLEST = {True: 900, False: 760}
_LOWEST = {True: 110, False: 150}
_LEGIBLE = 0.7


@dataclass(frozen=True)
class PicturePlan:
    """Places in pixels before the browser makes the whole fit."""

    points: Mapping[str, Point]
    """The middle of each box."""
    ways: Mapping[Ends, tuple[Point, ...]]
    """Where the longer arrows bend."""
    returns: Mapping[Ends, tuple[Point, ...]]
    """The corners of arrows that lead back, around all boxes."""
    size: Point
    is_upright: bool
    """Read from top to bottom, for screens where little fits beside each other."""
    height: int
    """Of the frame."""
    is_small: bool
    """The browser shows it so small that one may want to zoom."""


def plan_picture(graph: Graph, *, is_narrow: bool) -> PicturePlan:
    """Places for the graph; on a narrow screen in the direction in which it can be shown larger."""
    laid = layout(graph)
    flat = _plan(graph, laid, is_upright=False, is_narrow=is_narrow)
    if not is_narrow:
        return flat
    upright = _plan(graph, laid, is_upright=True, is_narrow=True)
    return upright if _scale(upright.size, is_narrow=True) > _scale(flat.size, is_narrow=True) else flat


def lines_of(node: Node) -> list[str]:
    """What stands in the box of a node, with a sign for what its shape alone would say."""
    sign = {"start": "▶ ", "router": "◆ "}.get(node.role, "")
    lines = [_formula(line) for line in node.lines] if node.kind == "expression" else node.lines
    return [shorten(sign + node.label, LONGEST), *(shorten(line, LONGEST) for line in lines)]


def _formula(line: str) -> str:
    """A formula that does not fit on its line would be cut after its first word, which says nothing."""
    return line if len(line) <= _LINE else line.partition(" ")[0]


def _plan(graph: Graph, laid: Layout, *, is_upright: bool, is_narrow: bool) -> PicturePlan:
    heights = [_height(node) for node in graph.nodes]
    across = max(heights, default=0) + _GAP / 2 if not is_upright else BOX_WIDTH + _GAP / 2
    along = _levels(graph, laid, is_upright=is_upright)

    def point(position: Position) -> Point:
        column, row = position
        level = _between(along, column)
        return (row * across, level) if is_upright else (level, row * across)

    points = {key: point(position) for key, position in laid.places.items()}
    ways = {ends: tuple(map(point, bends)) for ends, bends in laid.ways.items()}
    returns = {ends: tuple(map(point, bends)) for ends, bends in _returns(graph.edges, laid)}
    everything = [*points.values(), *(one for way in (*ways.values(), *returns.values()) for one in way)]
    size = (_extent(everything, 0) + BOX_WIDTH, _extent(everything, 1) + max(heights, default=0))
    scale = _scale(size, is_narrow=is_narrow)
    height = min(max(size[1] * scale + _GAP, _LOWEST[is_narrow]), _TALLEST[is_narrow])
    return PicturePlan(points, ways, returns, size, is_upright, int(height), scale < _LEGIBLE)


def _levels(graph: Graph, laid: Layout, *, is_upright: bool) -> list[float]:
    """How far along each column stands: wide enough apart for what is written on the arrows between."""
    count = 1 + max((column for column, _ in laid.places.values()), default=0)
    found = [0.0]
    for column in range(count - 1):
        label = max((len(edge.label) for edge in _leaving(graph, laid, column)), default=0)
        if is_upright:
            heights = [_tallest(graph, laid, column), _tallest(graph, laid, column + 1)]
            found.append(found[-1] + sum(heights) / 2 + _GAP + (LINE_HEIGHT if label else 0))
        else:
            found.append(found[-1] + BOX_WIDTH + max(_GAP, min(label, LONGEST) * _CHARACTER + _GAP if label else 0))
    return found


def _leaving(graph: Graph, laid: Layout, column: int) -> Iterator[Edge]:
    """The arrows that lead on from this column."""
    for edge in graph.edges:
        if laid.places[edge.source][0] == column < laid.places[edge.target][0]:
            yield edge


def _tallest(graph: Graph, laid: Layout, column: int) -> float:
    return max((_height(node) for node in graph.nodes if laid.places[node.key][0] == column), default=0)


def _height(node: Node) -> float:
    return _PADDING + LINE_HEIGHT * sum(-(-len(line) // _LINE) for line in lines_of(node))


def _between(along: Sequence[float], column: int) -> float:
    """The place of a column, or of a point between two."""
    return along[min(max(int(column), 0), len(along) - 1)]


def _returns(edges: Sequence[Edge], laid: Layout) -> Iterator[tuple[Ends, tuple[Position, ...]]]:
    """For arrows back to an earlier column: the way around, where both ends stand at the same edge of the picture."""
    rows = [row for _, row in laid.places.values()]
    used = {-1: 0, 1: 0}
    for edge in edges:
        start, end = laid.places[edge.source], laid.places[edge.target]
        if end[0] >= start[0]:
            continue
        side = next((side for side in (-1, 1) if _is_outer(start, laid, side) and _is_outer(end, laid, side)), None)
        if side is not None:
            edge_row = min(rows) if side < 0 else max(rows)
            lane = edge_row + side * (0.75 + _LANE * used[side])
            used[side] += 1
            yield (edge.source, edge.target), ((start[0], lane), (end[0], lane))


def _is_outer(position: Position, laid: Layout, side: int) -> bool:
    """Whether nothing stands between a node and the edge of the picture: `side` is -1 for the first row, 1 the last."""
    column, row = position
    bends = [bend for way in laid.ways.values() for bend in way]
    beside = [other for other_column, other in (*laid.places.values(), *bends) if other_column == column]
    return all(other * side <= row * side for other in beside)


def _extent(points: Sequence[Point], axis: int) -> float:
    values = [point[axis] for point in points]
    return max(values, default=0) - min(values, default=0)


def _scale(size: Point, *, is_narrow: bool) -> float:
    """How large the browser shows it: the whole has to be in sight."""
    room = (_NARROW if is_narrow else _WIDE, _TALLEST[is_narrow] - _GAP)
    return min(1.0, room[0] / size[0], room[1] / max(size[1], 1))
