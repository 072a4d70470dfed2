"""Where a part of a document is after somebody else has changed the document."""

from __future__ import annotations

import pytest

from crewlab.definitions import editing
from crewlab.definitions.editing_flows import states, steps
from crewlab.definitions.part_places import FIELDS, carry_over, follow, listings, place_now
from crewlab.errors import PartGoneError

CREW = {
    "agents": {"digger": {"role": "Digger"}, "writer": {"role": "Writer"}},
    "tasks": [
        {"name": "find", "description": "Find it", "guardrails": ["Short", "True"]},
        {"name": "weigh", "description": "Weigh it", "context": ["find"]},
        {"name": "write", "description": "Write it"},
    ],
}
FLOW = {
    "schema": "crewai.flow/v1",
    "state": {"type": "json_schema", "json_schema": {"type": "object", "properties": {"topic": {"type": "string"}}}},
    "methods": {
        "rows": {"start": True, "do": {"call": "each", "in": "[1]", "do": [{"name": "one"}, {"name": "two"}]}},
        "last": {"listen": "rows", "do": {"call": "expression", "expr": "1"}},
    },
}


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (["a", "b", "c"], ["b", "a", "c"], [1, 0, 2]),  # moved
        (["a", "b", "c"], ["b", "c"], [None, 0, 1]),  # removed
        (["a", "b"], ["a", "new", "b"], [0, 2]),  # another between
        (["a", "b"], ["a", "renamed"], [0, 1]),
        (["", ""], ["", ""], [0, 1]),  # without names, by position
        (["", ""], [""], [None, None]),  # nobody can say which one is gone
        (["a", "b"], ["b", "renamed"], [None, 0]),
    ],
)
def test_a_part_is_followed(before, now, expected):
    """By its name; where that is new and nothing else has changed, by its position."""
    assert [follow(before, now, index) for index in range(len(before))] == expected


def test_parts_are_listed_outer_ones_first():
    """Tasks and agents, guardrails by what they say; steps, those within an each, and fields of the state."""
    assert list(listings(CREW)) == [("agents",), ("tasks",), ("tasks", 0, "guardrails")]
    assert listings(FLOW) == {
        (FIELDS,): ["topic"],
        ("methods",): ["rows", "last"],
        ("methods", "rows", "do", "do"): ["one", "two"],
    }


def test_a_place_is_found_again():
    """After moves and renames of what it belongs to, and of what is around that."""
    moved = editing.move_task(CREW, 0, 1)
    assert place_now(CREW, moved, ("tasks", 0, "guardrails", 1)) == ("tasks", 1, "guardrails", 1)
    assert place_now(CREW, editing.rename_agent(CREW, "digger", "finder"), ("agents", "digger", "role")) == (
        "agents", "finder", "role",
    )  # fmt: skip
    renamed = steps.rename_step(FLOW, "rows", "each")
    assert place_now(FLOW, renamed, ("methods", "rows", "do", "do", 1, "if")) == (
        "methods",
        "each",
        "do",
        "do",
        1,
        "if",
    )
    assert place_now(FLOW, states.rename_field(FLOW, "topic", "subject"), (FIELDS, "topic")) == (FIELDS, "subject")
    assert place_now(CREW, editing.remove_task(CREW, 0), ("tasks", 0, "description")) is None
    assert place_now(CREW, CREW, ("agents", "nobody", "role")) == ("agents", "nobody", "role")


def test_an_entry_reaches_the_part_it_was_made_for():
    """Wherever it is by now, and nothing of what was changed there meanwhile is lost."""
    now = editing.set_value(editing.move_task(CREW, 0, 1), ("tasks", 1, "expected_output"), "A list")
    path = ("tasks", 0, "description")
    after = carry_over(CREW, now, path, lambda document: editing.set_value(document, path, "Look"))
    assert after == editing.set_value(now, ("tasks", 1, "description"), "Look")
    renamed = editing.rename_agent(CREW, "digger", "finder")
    role = ("agents", "digger", "role")
    after = carry_over(CREW, renamed, role, lambda document: editing.set_value(document, role, None))
    assert after["agents"] == {"finder": {}, "writer": {"role": "Writer"}}


def test_an_entry_that_nothing_can_take_is_refused():
    """Its part is gone; or it is elsewhere, and the entry changes more than the part."""
    path = ("tasks", 0, "name")
    with pytest.raises(PartGoneError, match="was removed meanwhile"):
        carry_over(CREW, editing.remove_task(CREW, 0), path, lambda document: document)
    moved = editing.move_task(CREW, 0, 1)
    with pytest.raises(PartGoneError, match="moved or renamed"):
        carry_over(CREW, moved, path, lambda document: editing.rename_task(document, 0, "other"))
