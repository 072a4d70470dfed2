"""A picture of a definition, drawn by streamlit-agraph: to look at, to move and zoom, and to choose from.

streamlit-agraph writes the `title` of a node into the page as HTML and opens it as an address on a double click,
so no node is given one. Labels are painted on a canvas, where text is only text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any
from zlib import crc32

import streamlit as st

from crewlab.definitions.pictures.graph import Edge, Graph, Node, Place
from crewlab.definitions.pictures.layout import Layout, layout
from crewlab.definitions.pictures.svg import COLORS
from crewlab.ui.components.plain_text import shorten

_COLUMN, _ROW = 235, 86
_LOWEST, _HIGHEST = 170, 520
_LONGEST = 34
_MOST_COLUMNS = 5
"""A wider picture is drawn small, so the wheel zooms in it; in others the wheel moves the page."""
_MARKS = {"error": "#D6456B", "warning": "#E08A1E"}

Marks = Mapping[Place, str]
"""The severity of what is wrong with a node, by the node's place."""


def picture(
    graph: Graph, *, key: str, words: str, on_choose: Callable[[Place], None] | None = None, marks: Marks | None = None
) -> None:
    """Draw the picture, with `words` below it for those who do not see it.

    A click on a node calls `on_choose` with its place, before the page is drawn again.
    """
    if graph.nodes:
        _draw(graph, key, on_choose, marks or {})
    is_wide = graph.nodes and _columns(layout(graph)) > _MOST_COLUMNS
    st.caption(f"{words} Zoom with the wheel, move with the mouse." if is_wide else words)


def _draw(graph: Graph, key: str, on_choose: Callable[[Place], None] | None, marks: Marks) -> None:
    from streamlit_agraph import _agraph  # its public function knows no key: each change would load it anew

    plan, look = layout(graph), _look()
    widget = f"{key}.{_shape(plan)}"
    data = {
        "nodes": [*(_node(node, plan, look, marks.get(node.place)) for node in graph.nodes), *_bends(graph, plan)],
        "edges": [drawn for edge in graph.edges for drawn in _edges(edge, look, plan)],
    }
    _agraph(
        data=json.dumps(data),
        config=json.dumps(_options(plan)),
        key=widget,
        on_change=lambda: _chosen(graph, widget, on_choose),
    )


def _shape(plan: Layout) -> str:
    """Where everything stands, as a short text: a picture of another shape is loaded anew, to fit its frame."""
    return f"{crc32(repr((sorted(plan.places.items()), sorted(plan.ways))).encode()):08x}"


def _chosen(graph: Graph, key: str, on_choose: Callable[[Place], None] | None) -> None:
    node = graph.at(str(st.session_state.get(key)))
    if node is not None and on_choose is not None:
        on_choose(node.place)


def _look() -> dict[str, str]:
    """Colours of the theme that the browser shows."""
    mode = "dark" if st.context.theme.type == "dark" else "light"
    return {
        "text": str(st.get_option(f"theme.{mode}.textColor") or "#808080"),
        "area": str(st.get_option(f"theme.{mode}.backgroundColor") or "#ffffff"),
        "mode": mode,
    }


def _columns(plan: Layout) -> int:
    return 1 + max((column for column, _ in plan.places.values()), default=0)


def _options(plan: Layout) -> dict[str, Any]:
    rows = [row for _, row in plan.places.values()]
    columns = _columns(plan)
    height = (max(rows, default=0) - min(rows, default=0) + 1) * _ROW + 30
    if columns > _MOST_COLUMNS:
        height *= _MOST_COLUMNS / columns  # a wide picture is shown smaller
    return {
        "height": f"{min(max(int(height), _LOWEST), _HIGHEST)}px",
        "width": "100%",
        "physics": {"enabled": False},
        "nodes": {"scaling": {"label": {"drawThreshold": 3}}},
        "interaction": {"dragNodes": False, "hover": True, "zoomView": columns > _MOST_COLUMNS},
        "edges": {"smooth": {"enabled": True, "type": "cubicBezier", "forceDirection": "horizontal", "roundness": 0.5}},
    }


def _node(node: Node, plan: Layout, look: Mapping[str, str], mark: str | None) -> dict[str, Any]:
    column, row = plan.places[node.key]
    border = _MARKS.get(mark or "", COLORS[node.kind])
    area = _mixed(COLORS[node.kind], look["area"], 0.14)
    chosen = _mixed(COLORS[node.kind], look["area"], 0.32)
    return {
        "id": node.key,
        "label": "\n".join(shorten(line, _LONGEST) for line in (_titled(node), *node.lines)),
        "x": column * _COLUMN,
        "y": row * _ROW,
        "fixed": True,
        "physics": False,
        "shape": "box",
        "margin": 10,
        "widthConstraint": {"minimum": 140, "maximum": 170},
        "borderWidth": 3 if mark or node.role == "router" else 1.5,
        "borderWidthSelected": 3,
        "shapeProperties": {
            "borderRadius": {"start": 22, "router": 0, "conditional": 0}.get(node.role, 7),
            "borderDashes": [5, 4] if node.role == "conditional" or node.kind == "missing" else False,
        },
        "color": {
            "border": border,
            "background": area,
            "hover": {"border": border, "background": chosen},
            "highlight": {"border": border, "background": chosen},
        },
        "font": {"color": look["text"], "size": 14, "face": "Source Sans, system-ui, sans-serif"},
    }


def _titled(node: Node) -> str:
    """The label, with a sign for what the shape of the box alone would say."""
    return {"start": "▶ ", "router": "◆ "}.get(node.role, "") + node.label


def _bends(graph: Graph, plan: Layout) -> Iterator[dict[str, Any]]:
    """Points without size, where long arrows pass the columns between; a click on one chooses nothing."""
    for ends in dict.fromkeys((edge.source, edge.target) for edge in graph.edges):
        for index, (column, row) in enumerate(plan.ways.get(ends, ())):
            yield {
                "id": _bend(*ends, index),
                "x": column * _COLUMN,
                "y": row * _ROW,
                "fixed": True,
                "physics": False,
                "shape": "dot",
                "size": 0,
                "label": "",
            }


def _bend(source: str, target: str, index: int) -> str:
    return f"{source}>{target}>{index}"


def _edges(edge: Edge, look: Mapping[str, str], plan: Layout) -> Iterator[dict[str, Any]]:
    """An arrow in one piece, or in several where it goes around what stands between."""
    drawn = _edge(edge, look, plan)
    bends = [
        _bend(edge.source, edge.target, index) for index in range(len(plan.ways.get((edge.source, edge.target), ())))
    ]
    stations = [edge.source, *bends, edge.target]
    for index, (start, end) in enumerate(pairwise(stations)):
        is_last, is_first = index == len(bends), index == 0
        yield drawn | {
            "from": start,
            "to": end,
            "arrows": "to" if is_last else "",
            "label": drawn["label"] if is_first else "",
        }


def _edge(edge: Edge, look: Mapping[str, str], plan: Layout) -> dict[str, Any]:
    is_error = edge.kind == "error"
    color = COLORS["missing"] if is_error else _mixed(look["text"], look["area"], 0.6)
    is_back = plan.places[edge.target][0] <= plan.places[edge.source][0]
    drawn: dict[str, Any] = {
        "label": shorten(edge.label, _LONGEST),
        "dashes": [5, 4] if is_error else False,
        "width": 1.3,
        "color": {"color": color, "highlight": color, "hover": color},
        "font": {"color": look["text"], "size": 12, "strokeWidth": 4, "strokeColor": look["area"]},
    }
    if is_back:
        drawn["smooth"] = {"enabled": True, "type": "curvedCW", "roundness": 0.3}
    return drawn


def _mixed(color: str, ground: str, share: float) -> str:
    """`color` laid thinly on `ground`, without transparency: edges must not shine through a node."""
    pairs = zip(_channels(color), _channels(ground), strict=True)
    return "#" + "".join(f"{round(own * share + below * (1 - share)):02x}" for own, below in pairs)


def _channels(color: str) -> tuple[int, int, int]:
    digits = color.lstrip("#")
    if len(digits) != 6:
        return (128, 128, 128)
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
