"""The graph of a flow."""

from __future__ import annotations

import pytest

from crewlab.definitions.flows.trigger_text import trigger_text
from crewlab.definitions.pictures.flows import flow_graph, in_words, outcomes_of, trigger_names
from crewlab.definitions.pictures.graph import Graph
from crewlab.engine.flows.new_parts import parts_count
from tests.definitions.pictures.flows import review_flow


def arrows(graph: Graph) -> set[tuple[str, str, str, str]]:
    """Edges with labels instead of keys."""
    names = {node.key: node.label for node in graph.nodes}
    return {(names[edge.source], names[edge.target], edge.label, edge.kind) for edge in graph.edges}


def test_arrows_come_from_steps_and_from_whoever_emits_an_outcome():
    """An outcome is the arrow's label; one that follows a failure is told apart; two between the same steps are one."""
    graph = flow_graph(review_flow())
    assert arrows(graph) == {
        ("research", "decide", "", "plain"),
        ("decide", "again", "bad", "outcome"),
        ("recheck", "again", "bad", "outcome"),
        ("again", "recheck", "", "plain"),
        ("decide", "write", "good", "outcome"),
        ("research", "write", "", "plain"),
        ("write", "ask", "", "plain"),
        ("ask", "publish", "approved, revise", "outcome"),
        ("write", "publish", "", "plain"),
        ("nobody", "publish", "", "error"),
        ("again", "alarm", "broken", "error"),
    }


def test_nodes_say_what_a_step_does_and_when():
    """The first line is the name; then what it does, what it waits for, and whether it asks a person."""
    lines = {node.label: (node.kind, node.role, node.lines) for node in flow_graph(review_flow()).nodes}
    assert lines["research"] == ("crew", "start", ("crew brief, version 3",))
    assert lines["decide"][1] == "router"
    assert lines["write"] == ("flow", "plain", ("flow inner", "after all of them"))
    assert lines["ask"] == ("expression", "router", ("expression 1", "then asks a person"))
    assert lines["publish"][2][1] == "after approved or (revise and write) or nobody"
    assert lines["alarm"] == ("each", "plain", ("each item of state.rows",))
    assert lines["nobody"][0] == "missing"


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"methods": None},
        {"methods": []},
        {"methods": {"a": None, "b": {}, "c": {"do": 3, "listen": 4, "emit": "x", "on_error": []}}},
        {
            "methods": {
                "a": {"listen": {"and": "b"}, "human_feedback": True},
                "b": {"listen": "b", "start": {"or": [{}]}},
            }
        },
    ],
)
def test_any_document_can_be_drawn(document):
    """A draft that cannot run is drawn as far as it can be read."""
    graph = flow_graph(document)
    assert len(graph.nodes) == len([step for step in dict(document.get("methods") or {}).values() if step is not None])


def test_a_trigger_nested_too_deep_ends():
    """Triggers within triggers are followed to a bound."""
    trigger: object = "a"
    for _ in range(100):
        trigger = {"or": [trigger]}
    assert trigger_names({"listen": trigger}) == ()
    assert trigger_text(trigger) == ""


def test_outcomes_include_the_one_of_a_failure():
    """What a router, a person and an error route may emit, in this order."""
    step = {"human_feedback": {"emit": ["yes", "no"]}, "emit": ["ignored"], "on_error": {"emit": "broken"}}
    assert outcomes_of(step) == ("yes", "no", "broken")


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ({"call": "crew", "definition": ""}, "crew not chosen yet"),
        ({"call": "crew", "with": {"agents": {}}}, "crew of its own"),
        ({"call": "flow", "definition": "inner", "version": 2}, "flow inner, version 2"),
    ],
)
def test_a_step_says_which_definition_it_runs(action, told):
    """One that names none yet is not said to hold one."""
    assert in_words(action) == told


def test_a_conversation_shows_who_speaks_who_chooses_and_who_answers():
    """Routes are outcomes of what chooses; a start comes after the person."""
    step = {"do": {"call": "expression", "expr": "1"}}
    methods = {"look": {**step, "start": True}, "tell": {**step, "listen": "price"}}
    graph = flow_graph({"conversational": {"llm": "m"}, "methods": methods})
    assert arrows(graph) == {
        ("user_turn", "look", "", "plain"),
        ("look", "route_conversation", "", "plain"),
        ("route_conversation", "tell", "price", "outcome"),
        ("route_conversation", "converse_turn", "converse", "outcome"),
        ("route_conversation", "end_conversation", "end", "outcome"),
        ("tell", "assistant_reply", "", "plain"),
    }
    lines = {node.label: (node.role, node.lines, node.place) for node in graph.nodes}
    assert lines["user_turn"] == ("start", ("a person speaks",), ())
    assert lines["look"] == ("plain", ("expression 1",), ("methods", "look"))


@pytest.mark.parametrize(
    ("steps", "answering"),
    [
        ({}, set()),
        ({"look": {"start": True}}, set()),
        ({"converse_turn": {"listen": "converse"}}, {"converse_turn"}),
        ({"a": {"listen": {"or": ["price", "b"]}}, "b": {"listen": "a"}}, {"a", "b"}),
    ],
)
def test_the_picture_of_a_conversation_has_the_steps_that_it_counts(steps, answering):
    """As many as an execution says, with an arrow from each step whose words are said."""
    methods = {name: {"do": {"call": "expression", "expr": "1"}, **step} for name, step in steps.items()}
    document = {"conversational": {"llm": "m"}, "methods": methods}
    graph = flow_graph(document)
    assert len(graph.nodes) == parts_count(document)
    assert {source for source, target, *_ in arrows(graph) if target == "assistant_reply"} == answering
