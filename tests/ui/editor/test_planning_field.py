"""The one choice of how an agent plans, and the two fields of the document that it stands for."""

from __future__ import annotations

from crewlab.ui.editor.planning_field import effort_of, with_effort

PATH = ("agents", "a")


def test_both_spellings_are_shown():
    """`planning: true` is low effort and a config without one is medium, as in crewAI."""
    assert effort_of({}) is None
    assert effort_of({"planning": True}) == "low"
    assert effort_of({"planning_config": {}}) == "medium"
    assert effort_of({"planning_config": {"reasoning_effort": "high"}}) == "high"


def test_what_else_the_planning_says_is_kept():
    """Choosing another effort changes nothing else, and leaves one spelling."""
    document = {"agents": {"a": {"role": "r", "planning": True, "planning_config": {"max_steps": 3}}}}
    changed = with_effort(document, PATH, "high")
    assert changed["agents"]["a"] == {"role": "r", "planning_config": {"max_steps": 3, "reasoning_effort": "high"}}
    assert with_effort(changed, PATH, None)["agents"]["a"] == {"role": "r"}
