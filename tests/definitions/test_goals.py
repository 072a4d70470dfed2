"""Agents with several goals."""

from __future__ import annotations

from crewlab.definitions.checks import check
from crewlab.definitions.crew import parse_crew
from crewlab.definitions.diff import diff
from crewlab.definitions.interchange import as_crewai
from crewlab.definitions.placeholders import placeholders
from crewlab.definitions.version import content_hash
from tests.definitions.documents import agent, crew

SEVERAL = agent(goals=["Name each source of {topic}", "Cost little on {day}"])


def with_goals(**changes: object) -> dict[str, object]:
    return crew(agents={"researcher": {**SEVERAL, **changes}, "writer": agent()})


def test_several_goals_are_numbered_lines():
    """The one in `goal` is the first."""
    assert parse_crew(with_goals()).agents["researcher"].whole_goal == (
        "1. Find facts on {topic}\n2. Name each source of {topic}\n3. Cost little on {day}"
    )


def test_one_goal_is_itself():
    """Wherever it is written."""
    alone = {"role": "r", "goals": ["Find"], "backstory": "b"}
    assert parse_crew(crew(agents={"researcher": alone})).agents["researcher"].whole_goal == "Find"


def test_placeholders_of_goals_are_inputs():
    """Each with its place."""
    found = placeholders(with_goals())
    assert found["day"] == ("agents.researcher.goals[1]",)
    assert "agents.researcher.goals[0]" in found["topic"]


def test_goals_are_part_of_hash_and_comparison():
    """Another goal is another version."""
    before, after = with_goals(), with_goals(goals=["Name each source of {topic}"])
    assert content_hash(before) != content_hash(after)
    assert [change.path for change in diff(before, after)] == ["agents.researcher.goals"]


def test_an_agent_needs_one_goal():
    """In either field; an empty one is none."""
    ids = [problem.id for problem in check(with_goals(goal="", goals=[" "]))]
    assert "agent.goal.missing" in ids
    assert "agent.goal.missing" not in [problem.id for problem in check(with_goals(goal=None))]
    alone = {"role": "r", "backstory": "b", "goals": None}
    assert "agent.goal.missing" in [problem.id for problem in check(crew(agents={"researcher": alone}))]


def test_an_empty_goal_among_others_is_said():
    """It would be a line without a number."""
    [found] = [problem for problem in check(with_goals(goals=["a", " "])) if problem.id == "agent.goal.empty"]
    assert found.where == "agents.researcher.goals.1"


def test_crewai_gets_one_goal():
    """And the loss is said."""
    document, notes = as_crewai(with_goals(description="Ours alone"))
    plain = document["agents"]["researcher"]
    assert plain["goal"].splitlines()[1] == "2. Name each source of {topic}"
    assert not {"goals", "description"} & plain.keys()
    assert {note.where for note in notes} >= {"agents.researcher.goals", "agents.researcher.description"}
