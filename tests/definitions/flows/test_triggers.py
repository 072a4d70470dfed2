"""Triggers: what a step waits for."""

from __future__ import annotations

from typing import Any

import pytest

from crewlab.definitions.flows.triggers import trigger_of, with_renamed_trigger
from crewlab.errors import DocumentError

NESTED = {"and": ["good", {"or": ["left", {"and": ["right", "far right"]}]}]}


@pytest.mark.parametrize(
    ("condition", "seen", "is_fired"),
    [
        ("a", {"a"}, True),
        ("a", {"b"}, False),
        ({"and": ["a", "b"]}, {"a"}, False),
        ({"and": ["a", "b"]}, {"b", "a", "c"}, True),
        ({"or": ["a", "b"]}, {"b"}, True),
        (NESTED, {"good", "right"}, False),
        (NESTED, {"good", "right", "far right"}, True),
        (NESTED, {"left"}, False),
    ],
)
def test_a_trigger_is_fired_by_what_was_seen(condition: Any, seen: set[str], is_fired: bool):
    """`and` and `or` may stand within each other."""
    trigger = trigger_of(condition)
    assert trigger is not None
    assert trigger.is_fired_by(seen) is is_fired


def test_a_trigger_names_what_it_waits_for():
    """Every name once, in order, and the whole as a person says it."""
    trigger = trigger_of({"and": ["a", {"or": ["b", "a"]}]})
    assert trigger is not None
    assert (trigger.names, str(trigger)) == (("a", "b"), "a and (b or a)")


@pytest.mark.parametrize("condition", [None, True, False, ""])
def test_a_switch_is_no_trigger(condition: Any):
    """`start: true` waits for nothing."""
    assert trigger_of(condition) is None


@pytest.mark.parametrize(
    "condition", [7, {"and": []}, {"and": ["a"], "or": ["b"]}, {"not": ["a"]}, {"or": "a"}, {"or": [None]}, {}]
)
def test_the_wrong_shape_is_refused(condition: Any):
    """It says what to write instead."""
    with pytest.raises(DocumentError, match="trigger"):
        trigger_of(condition)


def test_a_trigger_nested_without_end_is_refused():
    """Depth is bounded before recursion is."""
    condition: Any = "a"
    for _ in range(500):
        condition = {"or": [condition]}
    with pytest.raises(DocumentError, match="nested"):
        trigger_of(condition)


def test_a_renamed_step_is_renamed_in_triggers():
    """In each part of a condition."""
    assert with_renamed_trigger(NESTED, "right", "r") == {
        "and": ["good", {"or": ["left", {"and": ["r", "far right"]}]}]
    }
