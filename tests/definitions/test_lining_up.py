"""Renamed tasks are recognised."""

from __future__ import annotations

from crewlab.definitions.lining_up import line_up_agents, line_up_tasks
from tests.definitions.documents import agent, crew, task

LONG = "Estimate the size and growth of the market for heat pumps and name the segments that grow fastest."


def test_equal_names_are_one_task():
    """Whatever their texts say."""
    assert line_up_tasks(crew(tasks=[task("a")]), crew(tasks=[task("a", description="else")])) == [("a", "a")]


def test_a_task_with_a_new_name_is_recognised_by_its_text():
    """Also when some words changed."""
    before = crew(tasks=[task("size", description=LONG), task("end")])
    after = crew(tasks=[task("market_size", description=LONG.replace("heat pumps", "cargo bikes")), task("end")])
    assert line_up_tasks(before, after) == [("size", "market_size"), ("end", "end")]


def test_different_tasks_are_removed_and_added_in_their_places():
    """An added task stands behind the one it follows."""
    before = crew(tasks=[task("a", description="Count the apples in the cellar."), task("b", description=LONG)])
    after = crew(tasks=[task("b", description=LONG), task("c", description="Write a poem for the board."), task("d")])
    pairs = line_up_tasks(before, after)
    assert pairs == [("a", None), ("b", "b"), (None, "c"), (None, "d")]


def test_the_most_alike_are_paired():
    """Each at most once."""
    before = crew(tasks=[task("a", description=LONG), task("b", description=LONG + " Add sources.")])
    after = crew(tasks=[task("x", description=LONG + " Add sources."), task("y", description=LONG)])
    assert line_up_tasks(before, after) == [("a", "y"), ("b", "x")]


def test_agents_are_lined_up_too():
    """By role, goal and backstory."""
    before = crew(agents={"a": agent(backstory=LONG)})
    after = crew(agents={"analyst": agent(backstory=LONG), "b": agent(role="x", goal="y", backstory="z")})
    assert line_up_agents(before, after) == [("a", "analyst"), (None, "b")]
