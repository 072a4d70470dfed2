"""A picture of a definition, drawn by streamlit-agraph: to look at, to move and zoom, and to choose from.

streamlit-agraph writes the `title` of a node into the page as HTML and opens it as an address on a double click,
so no node is given one. Labels are painted on a canvas, where text is only text.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import pairwise
from typing import Any
from zlib import crc32

import streamlit as st

from crewlab.definitions.pictures.graph import Edge, Graph, Node, Place
from crewlab.definitions.pictures.svg import COLORS
from crewlab.ui.components.definitions.picture_plan import LONGEST, Ends, PicturePlan, Point, lines_of, plan_picture
from crewlab.ui.components.plain_text import shorten
from crewlab.ui.components.screen import is_narrow, listen
from crewlab.ui.state import remember, remembered

_ROUND = "~"
"""Stands between the key of a node and how often it was clicked."""
_MARKS = {"error": "#D6456B", "warning": "#E08A1E"}

Marks = Mapping[Place, str]
"""The severity of what is wrong with a node, by the node's place."""


def picture(
    graph: Graph,
    *,
    key: str,
    words: str,
    on_choose: Callable[[Place], None] | None = None,
    marks: Marks | None = None,
    colors: Mapping[Place, str] | None = None,
) -> None:
    """Draw the picture, with `words` below it for those who do not see it.

    A click on a node calls `on_choose` with its place, before the page is drawn again. `colors` are those of nodes
    that are not to have the colour of their kind.
    """
    with st.container(gap=None):
        plan = plan_picture(graph, is_narrow=is_narrow())
        if graph.nodes:
            looks = partial(_node, plan=plan, look=_look(), marks=marks or {}, colors=colors or {})
            _draw(graph, plan, key, on_choose, looks)
            listen(f"{key}.screen")
        is_small = graph.nodes and plan.is_small
        st.caption(f"{words} Zoom with the wheel, move with the mouse." if is_small else words)


def _draw(
    graph: Graph,
    plan: PicturePlan,
    key: str,
    on_choose: Callable[[Place], None] | None,
    node_of: Callable[[Node], dict[str, Any]],
) -> None:
    from streamlit_agraph import _agraph  # its public function knows no key: each change would load it anew

    look = _look()
    widget = f"{key}.{_shape(plan)}"
    ways = {**plan.ways, **plan.returns}
    clicks: Counter[str] = remembered(f"{key}.clicks", Counter())
    remember(f"{key}.clicks", clicks)
    data = {
        "nodes": [*map(node_of, graph.nodes), *_bends(ways)],
        "edges": [drawn for edge in graph.edges for drawn in _edges(edge, look, plan)],
    }
    _agraph(
        data=json.dumps(_with_rounds(data, clicks)),
        config=json.dumps(_options(plan)),
        key=widget,
        on_change=lambda: _chosen(graph, widget, clicks, on_choose),
    )


def _shape(plan: PicturePlan) -> str:
    """Where everything stands, as a short text: a picture of another shape is loaded anew, to fit its frame."""
    return f"{crc32(repr((sorted(plan.points.items()), sorted(plan.ways), plan.height)).encode()):08x}"


def _with_rounds(data: dict[str, list[dict[str, Any]]], clicks: Mapping[str, int]) -> dict[str, list[dict[str, Any]]]:
    """The same with an id for each node that it had never before, once it was clicked.

    The browser tells of a click on a node only when it was not the chosen one already; and it tells of an old click
    once more where somebody is faster than the answers.
    """
    ids = {key: f"{key}{_ROUND}{count}" for key, count in clicks.items()}

    def renamed(drawn: dict[str, Any], *fields: str) -> dict[str, Any]:
        return {**drawn, **{field: ids.get(drawn[field], drawn[field]) for field in fields}}

    return {
        "nodes": [renamed(node, "id") for node in data["nodes"]],
        "edges": [renamed(edge, "from", "to") for edge in data["edges"]],
    }


def _chosen(graph: Graph, widget: str, clicks: Counter[str], on_choose: Callable[[Place], None] | None) -> None:
    key, _, count = str(st.session_state.get(widget)).partition(_ROUND)
    node = graph.at(key)
    if node is not None and on_choose is not None and count == str(clicks[key] or ""):
        clicks[key] += 1
        on_choose(node.place)


def _look() -> dict[str, str]:
    """Colours of the theme that the browser shows."""
    mode = "dark" if st.context.theme.type == "dark" else "light"
    return {
        "text": str(st.get_option(f"theme.{mode}.textColor") or "#808080"),
        "area": str(st.get_option(f"theme.{mode}.backgroundColor") or "#ffffff"),
        "mode": mode,
    }


def _options(plan: PicturePlan) -> dict[str, Any]:
    direction = "vertical" if plan.is_upright else "horizontal"
    return {
        "height": f"{plan.height}px",
        "width": "100%",
        "physics": {"enabled": False},
        "nodes": {"scaling": {"label": {"drawThreshold": 3}}},
        "interaction": {"dragNodes": False, "dragView": plan.is_small, "hover": True, "zoomView": plan.is_small},
        "edges": {"smooth": {"enabled": True, "type": "cubicBezier", "forceDirection": direction, "roundness": 0.5}},
    }


def _node(
    node: Node, plan: PicturePlan, look: Mapping[str, str], marks: Marks, colors: Mapping[Place, str]
) -> dict[str, Any]:
    x, y = plan.points[node.key]
    color, mark = colors.get(node.place, COLORS[node.kind]), marks.get(node.place)
    border = _MARKS.get(mark or "", color)
    area = _mixed(color, look["area"], 0.14)
    chosen = _mixed(color, look["area"], 0.32)
    return {
        "id": node.key,
        "label": "\n".join(lines_of(node)),
        "x": x,
        "y": y,
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


def _bends(ways: Mapping[Ends, tuple[Point, ...]]) -> Iterator[dict[str, Any]]:
    """Points without size, where long arrows turn; a click on one chooses nothing."""
    for ends, points in ways.items():
        for index, (x, y) in enumerate(points):
            yield {
                "id": _bend(*ends, index),
                "x": x,
                "y": y,
                "fixed": True,
                "physics": False,
                "shape": "dot",
                "size": 0,
                "label": "",
            }


def _bend(source: str, target: str, index: int) -> str:
    return f"{source}>{target}>{index}"


def _edges(edge: Edge, look: Mapping[str, str], plan: PicturePlan) -> Iterator[dict[str, Any]]:
    """An arrow in one piece, or in several where it goes around what stands between."""
    ends = (edge.source, edge.target)
    drawn = _edge(edge, look, plan)
    count = len(plan.ways.get(ends) or plan.returns.get(ends, ()))
    stations = [edge.source, *(_bend(*ends, index) for index in range(count)), edge.target]
    labelled = 1 if ends in plan.returns else 0  # an arrow back is named where it runs beside the boxes
    for index, (start, end) in enumerate(pairwise(stations)):
        yield drawn | {
            "from": start,
            "to": end,
            "arrows": "to" if index == count else "",
            "label": drawn["label"] if index == labelled else "",
        }


def _edge(edge: Edge, look: Mapping[str, str], plan: PicturePlan) -> dict[str, Any]:
    is_error = edge.kind == "error"
    color = COLORS["missing"] if is_error else _mixed(look["text"], look["area"], 0.6)
    drawn: dict[str, Any] = {
        "label": shorten(edge.label, LONGEST),
        "dashes": [5, 4] if is_error else False,
        "width": 1.3,
        "color": {"color": color, "highlight": color, "hover": color},
        "font": {"color": look["text"], "size": 12, "strokeWidth": 4, "strokeColor": look["area"]},
    }
    if (edge.source, edge.target) in plan.returns:
        drawn["smooth"] = False
    elif _leads_back(edge, plan):
        drawn["smooth"] = {"enabled": True, "type": "curvedCW", "roundness": 0.3}
    return drawn


def _leads_back(edge: Edge, plan: PicturePlan) -> bool:
    axis = 1 if plan.is_upright else 0
    return plan.points[edge.target][axis] <= plan.points[edge.source][axis]


def _mixed(color: str, ground: str, share: float) -> str:
    """`color` laid thinly on `ground`, without transparency: edges must not shine through a node."""
    pairs = zip(_channels(color), _channels(ground), strict=True)
    return "#" + "".join(f"{round(own * share + below * (1 - share)):02x}" for own, below in pairs)


def _channels(color: str) -> tuple[int, int, int]:
    digits = color.lstrip("#")
    if len(digits) != 6:
        return (128, 128, 128)
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
