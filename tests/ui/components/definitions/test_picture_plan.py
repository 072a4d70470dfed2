"""Where boxes and arrows stand: room for what is written on arrows, ways around boxes, narrow screens."""

from __future__ import annotations

from crewlab.definitions.pictures.graph import Edge, Graph, Node
from crewlab.ui.components.definitions.picture_plan import BOX_WIDTH, lines_of, plan_picture


def graph(*edges: tuple[str, ...]) -> Graph:
    names = dict.fromkeys(name for edge in edges for name in edge[:2])
    return Graph(tuple(Node(name, name, ("agent A",)) for name in names), tuple(Edge(*edge) for edge in edges))


def gap(of: Graph) -> float:
    points = plan_picture(of, is_narrow=False).points
    return points["b"][0] - points["a"][0] - BOX_WIDTH


def test_an_outcome_has_room_between_its_boxes():
    """The longer what is written on an arrow, the wider the gap: it lies neither on a box nor on the arrow's head."""
    assert gap(graph(("a", "b", "needs a second look"))) >= 6 * len("needs a second look") + 30
    assert gap(graph(("a", "b"))) < gap(graph(("a", "b", "ok")))


def test_an_arrow_back_goes_around_the_boxes():
    """Beside all boxes, where nothing stands between its ends and the edge; else it is left to the browser."""
    plan = plan_picture(graph(("a", "b"), ("b", "c"), ("b", "d"), ("c", "a")), is_narrow=False)
    (corners,) = plan.returns.values()
    assert {corner[0] for corner in corners} == {plan.points["a"][0], plan.points["c"][0]}
    assert all(abs(corner[1]) > max(abs(y) for _, y in plan.points.values()) for corner in corners)
    inside = graph(("a", "b"), ("a", "c"), ("a", "d"), ("c", "a"))
    assert not plan_picture(inside, is_narrow=False).returns


def test_two_arrows_back_do_not_share_their_way():
    """Each has a lane of its own."""
    plan = plan_picture(graph(("a", "b"), ("b", "c"), ("c", "a"), ("c", "b")), is_narrow=False)
    lanes = [corners[0][1] for corners in plan.returns.values()]
    assert len(set(lanes)) == 2


def test_a_chain_stands_upright_on_a_narrow_screen():
    """What would be too small to read beside each other goes below each other; what is short and wide stays."""
    chain = graph(("a", "b"), ("b", "c"), ("c", "d"))
    assert not plan_picture(chain, is_narrow=False).is_upright
    plan = plan_picture(chain, is_narrow=True)
    assert plan.is_upright
    assert not plan.is_small
    assert plan.points["a"][1] < plan.points["d"][1]
    fan = graph(("a", "d"), ("b", "d"), ("c", "d"))
    assert not plan_picture(fan, is_narrow=True).is_upright


def test_boxes_of_many_lines_do_not_touch():
    """The tallest box says how far rows are apart."""
    lines = ("after any of them", "then asks a person", "one more", "and one more")
    nodes = (Node("a", "a"), Node("b", "b", lines), Node("c", "c", lines))
    points = plan_picture(Graph(nodes, (Edge("a", "b"), Edge("a", "c"))), is_narrow=False).points
    assert abs(points["b"][1] - points["c"][1]) > 5 * 18 + 20


def test_a_formula_that_does_not_fit_is_left_out():
    """Its first word alone would say nothing."""
    short = Node("k", "ask", ("expression state.text",), kind="expression")
    long = Node("k", "decide", ("expression outputs.judge.score >= 8",), kind="expression", role="router")
    assert lines_of(short) == ["ask", "expression state.text"]
    assert lines_of(long) == ["◆ decide", "expression"]
