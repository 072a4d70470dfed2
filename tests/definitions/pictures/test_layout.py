"""Where nodes stand."""

from __future__ import annotations

from crewlab.definitions.pictures.flows import flow_graph
from crewlab.definitions.pictures.graph import Edge, Graph, Node
from crewlab.definitions.pictures.layout import layout
from tests.definitions.pictures.flows import review_flow


def graph(*pairs: str) -> Graph:
    """Nodes a, b, … and an edge for each pair such as `ab`."""
    names = sorted({name for pair in pairs for name in pair})
    return Graph(tuple(Node(name, name) for name in names), tuple(Edge(*pair) for pair in pairs))


def test_arrows_lead_to_the_right():
    """A join stands after everything that it waits for."""
    columns = {key: column for key, (column, _) in layout(graph("ac", "bc", "cd", "ad")).places.items()}
    assert columns == {"a": 0, "b": 0, "c": 1, "d": 2}


def test_a_loop_has_a_beginning():
    """The arrow that closes a loop is the one that leads back."""
    columns = {key: column for key, (column, _) in layout(graph("ab", "bc", "cb")).places.items()}
    assert columns == {"a": 0, "b": 1, "c": 2}


def test_an_arrow_over_several_columns_goes_around_what_stands_between():
    """It has a row of its own in each column that it crosses."""
    plan = layout(graph("ab", "bc", "ac"))
    assert plan.ways[("a", "c")][0][0] == 1
    assert plan.ways[("a", "c")][0][1] != plan.places["b"][1]


def test_no_two_nodes_stand_in_the_same_place():
    """Whatever the flow, each node has a place of its own."""
    drawn = flow_graph(review_flow())
    places = layout(drawn).places
    assert len(set(places.values())) == len(drawn.nodes)


def test_a_long_chain_is_laid_out():
    """More nodes than Python has frames are no reason to fail."""
    nodes = tuple(Node(f"n{number}", "x") for number in range(3_000))
    chain = Graph(nodes, tuple(Edge(f"n{number}", f"n{number + 1}") for number in range(2_999)))
    assert layout(chain).places["n2999"][0] == 2_999
