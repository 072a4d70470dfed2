"""A graph as SVG text: no script, no style sheet, no address; it takes the colour of the text around it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from crewlab.definitions.pictures.graph import Edge, Graph, Node, NodeKind
from crewlab.definitions.pictures.layout import Layout, Position, layout

WIDTH, LINE, PADDING = 176, 15, 11
"""Of a box: its width, the height of a line, and the space above and below them, in pixels."""
COLUMN, ROW = 250, 96
_MARGIN = 12
_LONGEST = 25
_LOOP = 40
"""Room for arrows that lead back."""
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
COLORS: Mapping[NodeKind, str] = {
    "task": "#2F8FD8",
    "crew": "#2F8FD8",
    "flow": "#7568E8",
    "agent": "#0E9F7E",
    "tool": "#D98A1F",
    "model": "#8A93A8",
    "expression": "#8A93A8",
    "each": "#7568E8",
    "code": "#D6456B",
    "missing": "#D6456B",
    "unknown": "#D6456B",
}
"""Of a node's border and, thinned, its area; readable on white and on black."""


def svg(graph: Graph, title: str) -> str:
    """The picture, named `title` for those who do not see it; as wide as it needs to be, never wider than its place."""
    plan = layout(graph)
    boxes = {node.key: _Box.of(node, plan.places[node.key]) for node in graph.nodes}
    frame = _Frame.around(list(boxes.values()), plan, has_loop=any(_is_back(edge, boxes) for edge in graph.edges))
    arrows = [_arrow(edge, boxes, plan.ways.get((edge.source, edge.target), ()), frame.bottom) for edge in graph.edges]
    drawn = [*arrows, *(_box(node, boxes[node.key]) for node in graph.nodes)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{text(title)}" '
        f'viewBox="{-_MARGIN} {frame.top:g} {frame.width:g} {frame.bottom - frame.top:g}" width="{frame.width:g}" '
        f'style="max-width:100%;height:auto" '
        f'font-family="system-ui, sans-serif" font-size="12" fill="currentColor">'
        f"{''.join(drawn)}</svg>"
    )


def text(value: str) -> str:
    """A text of a person inside HTML or SVG, also inside an attribute."""
    return escape(_NOT_XML.sub("\ufffd", value), quote=True)


@dataclass(frozen=True)
class _Box:
    """Where a node's box is."""

    left: float
    middle: float
    height: float

    @classmethod
    def of(cls, node: Node, position: Position) -> _Box:
        return cls(position[0] * COLUMN, position[1] * ROW, (1 + len(node.lines)) * LINE + 2 * PADDING)

    @property
    def right(self) -> float:
        return self.left + WIDTH

    @property
    def top(self) -> float:
        return self.middle - self.height / 2

    @property
    def bottom(self) -> float:
        return self.middle + self.height / 2


@dataclass(frozen=True)
class _Frame:
    """What the picture has to show."""

    top: float
    bottom: float
    width: float

    @classmethod
    def around(cls, boxes: Sequence[_Box], plan: Layout, *, has_loop: bool) -> _Frame:
        bends = [row * ROW for way in plan.ways.values() for _, row in way]
        top = min([*(box.top for box in boxes), *bends], default=0) - _MARGIN
        bottom = max([*(box.bottom for box in boxes), *bends], default=0) + _MARGIN
        right = max((box.right for box in boxes), default=0)
        return cls(top, bottom + (_LOOP if has_loop else 0), right + 2 * _MARGIN)


def _is_back(edge: Edge, boxes: Mapping[str, _Box]) -> bool:
    return boxes[edge.target].left <= boxes[edge.source].left


def _box(node: Node, box: _Box) -> str:
    color = COLORS[node.kind]
    radius = {"start": box.height / 2, "router": 0, "conditional": 0}.get(node.role, 7)
    dashed = ' stroke-dasharray="5 4"' if node.role == "conditional" or node.kind == "missing" else ""
    heavy = 2.5 if node.role == "router" else 1.3
    rows = [(node.label, "600", 1.0), *((line, "400", 0.75) for line in node.lines)]
    first = box.top + PADDING + 11
    lines = "".join(
        f'<text x="{box.left + WIDTH / 2:g}" y="{first + index * LINE:g}" text-anchor="middle" '
        f'font-weight="{weight}" opacity="{opacity:g}">{text(_short(line))}</text>'
        for index, (line, weight, opacity) in enumerate(rows)
    )
    return (
        f"<g><title>{text(', '.join((node.label, *node.lines)))}</title>"
        f'<rect x="{box.left:g}" y="{box.top:g}" width="{WIDTH}" height="{box.height:g}" rx="{radius:g}" '
        f'fill="{color}" fill-opacity="0.13" stroke="{color}" stroke-width="{heavy:g}"{dashed}/>{lines}</g>'
    )


def _arrow(edge: Edge, boxes: Mapping[str, _Box], way: Sequence[Position], lowest: float) -> str:
    source, target = boxes[edge.source], boxes[edge.target]
    color = COLORS["missing"] if edge.kind == "error" else "currentColor"
    dashed = ' stroke-dasharray="5 4"' if edge.kind == "error" else ""
    line, head, middle = _back(source, target, lowest) if _is_back(edge, boxes) else _onward(source, target, way)
    label = (
        f'<text x="{middle[0]:g}" y="{middle[1]:g}" text-anchor="middle" font-size="11" font-style="italic">'
        f"{text(_short(edge.label))}</text>"
        if edge.label
        else ""
    )
    return (
        f'<g opacity="0.85"><path d="{line}" fill="none" stroke="{color}" stroke-width="1.2"{dashed}/>'
        f'<path d="{head}" fill="{color}"/>{label}</g>'
    )


Drawn = tuple[str, str, tuple[float, float]]
"""A line, its head, and where its label stands."""


def _onward(source: _Box, target: _Box, way: Sequence[Position]) -> Drawn:
    """To the right, flat through the columns between."""
    x, y = source.right, source.middle
    parts = [f"M{x:g} {y:g}"]
    for column, row in way:
        left, level = column * COLUMN, row * ROW
        parts.append(f"{_curve(x, y, left, level)}H{left + WIDTH:g}")
        x, y = left + WIDTH, level
    end = target.left - 1
    parts.append(_curve(x, y, end, target.middle))
    first = (way[0][0] * COLUMN, way[0][1] * ROW) if way else (end, target.middle)
    middle = ((source.right + first[0]) / 2, (source.middle + first[1]) / 2 - 5)
    return "".join(parts), f"M{end:g} {target.middle:g}l-8 -4v8z", middle


def _curve(x: float, y: float, end: float, level: float) -> str:
    bend = (end - x) / 2
    return f"C{x + bend:g} {y:g} {end - bend:g} {level:g} {end:g} {level:g}"


def _back(source: _Box, target: _Box, lowest: float) -> Drawn:
    """Below everything, back to where a loop begins."""
    x, end, below = source.left + WIDTH / 2, target.left + WIDTH / 2, lowest - 8
    line = f"M{x:g} {source.bottom:g}C{x:g} {below:g} {end:g} {below:g} {end:g} {target.bottom + 2:g}"
    level = (max(source.bottom, target.bottom) + 3 * below) / 4 - 3
    return line, f"M{end:g} {target.bottom + 1:g}l-4 8h8z", ((x + end) / 2, level)


def _short(line: str) -> str:
    line = " ".join(line.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"
