"""Refused entries: kept by place, and following what they belong to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crewlab.ui.editor.refusals import (
    Refusal,
    forget_all,
    hand_over,
    part_becomes,
    refusals,
    refuse,
    relocate,
    task_moves,
)
from crewlab.ui.holder import refused_entries

OOPS = Refusal("{oops", "This is not JSON.")
SECOND = ("tasks", 1, "output_json")
ROLE = ("agents", "clerk", "llm", "parameters")


@pytest.fixture(autouse=True)
def _emptied() -> Iterator[None]:
    yield
    refused_entries().clear()


def test_entries_follow_a_task_that_moves_and_go_with_one_that_is_removed():
    """The place is a position; other entries stay where they are."""
    refuse("d", SECOND, OOPS)
    refuse("d", ROLE, OOPS)
    relocate("d", task_moves({0: 1, 1: 0}.get))
    assert set(refusals("d")) == {("tasks", 0, "output_json"), ROLE}
    relocate("d", task_moves(lambda number: None if number == 0 else number - 1))
    assert set(refusals("d")) == {ROLE}


def test_entries_follow_a_renamed_agent():
    """They are known by the agent's name."""
    refuse("d", ROLE, OOPS)
    relocate("d", part_becomes("agents", "clerk", "sorter"))
    assert set(refusals("d")) == {("agents", "sorter", "llm", "parameters")}
    relocate("d", part_becomes("agents", "sorter", None))
    assert refusals("d") == {}


def test_entries_follow_the_first_save():
    """A crew that was never saved gets another id then."""
    refuse("draft", SECOND, OOPS)
    hand_over("draft", "definition")
    assert refusals("draft") == {}
    assert refusals("definition") == {SECOND: OOPS}
    forget_all("definition")
    assert refusals("definition") == {}


def test_an_entry_is_a_warning():
    """It keeps nothing from running; it is only not part of what runs."""
    assert OOPS.as_problem("tasks.sort.output_json").severity == "warning"
