"""What changed, said by agent and task."""

from __future__ import annotations

from crewlab.definitions.diff import Change, diff
from tests.definitions.documents import agent, crew, task


def test_equal_documents_have_no_changes():
    """Other spellings of the same are the same."""
    as_list = crew(agents=[{"name": name, **body} for name, body in crew()["agents"].items()])
    assert diff(crew(), as_list) == []


def test_fields_are_added_changed_and_removed():
    """Each with its path and both values."""
    before = crew(planning=True, agents={"a": agent(llm="m1")}, tasks=[task("t", "a", markdown=True)])
    after = crew(process="parallel", agents={"a": agent(llm="m2", max_iter=3)}, tasks=[task("t", "a")])
    assert diff(before, after) == [
        Change("process", "sequential", "parallel", "changed"),
        Change("planning", True, None, "removed"),
        Change("agents.a.llm", "m1", "m2", "changed"),
        Change("agents.a.max_iter", None, 3, "added"),
        Change("tasks.t.markdown", True, None, "removed"),
    ]


def test_a_rename_is_one_change():
    """References that only follow the new names are none."""
    text = "Collect the facts that the reader needs to decide, with sources."
    before = crew(agents={"a": agent()}, tasks=[task("t", "a", description=text), task("u", "a", context=["t"])])
    after = crew(agents={"b": agent()}, tasks=[task("facts", "b", description=text), task("u", "b", context=["facts"])])
    assert diff(before, after) == [
        Change("agents.b", "a", "b", "renamed"),
        Change("tasks.facts", "t", "facts", "renamed"),
    ]


def test_parts_are_added_and_removed_as_a_whole():
    """With what was in them."""
    extra = task("extra", description="Something else entirely, for nobody in particular.", expected_output="A song.")
    assert diff(crew(), crew(tasks=[*crew()["tasks"], extra])) == [Change("tasks.extra", None, extra, "added")]
    assert diff(crew(tasks=[*crew()["tasks"], extra]), crew()) == [Change("tasks.extra", extra, None, "removed")]


def test_a_task_at_another_place_has_moved():
    """Only the one that moved, not those that it passed."""
    a, b, c = (task(name, context=[]) for name in "abc")
    assert diff(crew(tasks=[a, b, c]), crew(tasks=[c, a, b])) == [Change("tasks.c", 3, 1, "moved")]


def test_documents_of_any_shape_can_be_compared():
    """Drafts and foreign documents raise nothing."""
    assert diff({"tasks": "x"}, {"tasks": [1, {"name": ["a"]}], "agents": 5})
