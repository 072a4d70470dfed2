"""What uses what."""

from __future__ import annotations

from crewlab.definitions.pictures.lineage import lineage, uses_of
from tests.definitions.pictures.flows import review_flow

BRIEF = {
    "name": "brief",
    "agents": {"a": {"role": "A", "llm": "rehearsal/plain", "tools": ["FileReadTool"]}},
    "tasks": [{"name": "t", "agent": "a", "tools": ["DirectoryReadTool"]}],
}


def names(graph) -> set[tuple[str, str]]:
    """Edges by the names of their ends."""
    labels = {node.key: node.label for node in graph.nodes}
    return {(labels[edge.source], labels[edge.target]) for edge in graph.edges}


def test_a_flow_uses_what_its_steps_name():
    """Definitions, tools and models, also of agents and of the steps within each."""
    uses = uses_of(review_flow())
    assert uses.definitions == (("brief", "crew"), ("inner", "flow"))
    assert uses.tools == ("FileReadTool", "FileWriterTool", "DirectoryReadTool")
    assert uses.models == ("rehearsal/plain",)


def test_a_crew_written_into_a_flow_is_the_flow_s_own():
    """Its tools and models are used by the flow."""
    uses = uses_of({"methods": {"a": {"do": {"call": "crew", "with": BRIEF}}}})
    assert (uses.definitions, uses.tools, uses.models) == (
        (),
        ("FileReadTool", "DirectoryReadTool"),
        ("rehearsal/plain",),
    )


def test_a_definition_that_is_not_there_is_seen():
    """A flow that names it has a broken edge."""
    graph = lineage({"review": review_flow(), "brief": BRIEF})
    assert ("review", "brief") in names(graph)
    assert [node.label for node in graph.nodes if node.kind == "missing"] == ["inner"]
    assert [edge.kind for edge in graph.edges].count("error") == 1


def test_around_a_definition_stands_what_it_uses_and_what_uses_it():
    """Others are left out, directly or not."""
    documents = {
        "outer": {"methods": {"a": {"do": {"call": "flow", "definition": "review"}}}},
        "review": review_flow(),
        "brief": BRIEF,
        "other": {"methods": {"a": {"do": {"call": "crew", "definition": "brief"}}}},
    }
    around_review = {node.label for node in lineage(documents, around="review").nodes if node.kind in ("crew", "flow")}
    assert around_review == {"outer", "review", "brief"}
    around_brief = {node.label for node in lineage(documents, around="brief").nodes if node.kind in ("crew", "flow")}
    assert around_brief == {"outer", "review", "brief", "other"}


def test_a_definition_that_is_left_out_is_not_missing():
    """Who draws a part says what else there is."""
    graph = lineage({"review": review_flow(), "brief": BRIEF}, around="brief", others={"inner"})
    assert [node for node in graph.nodes if node.kind == "missing"] == []
