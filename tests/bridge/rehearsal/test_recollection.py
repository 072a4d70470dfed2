"""The rehearsal model understands what is asked about memories, in crewAI's own words."""

from __future__ import annotations

from typing import Any

import pytest
from crewai.memory import analyze
from crewai.memory.types import MemoryRecord

from crewlab.bridge.recollection.deep_recall import _asked_about
from crewlab.bridge.rehearsal.recollection import recollection_answer

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


class Rehearsal:
    """Answers crewAI's own functions as the rehearsal model would."""

    def call(self, messages: Any) -> str:
        answer = recollection_answer(messages)
        assert answer is not None, "the question was not understood"
        return answer


def test_statements_are_picked_out_of_a_result():
    """Its first sentences."""
    told = "Task: weigh\nAgent: Clerk\nExpected result: x\nResult: Lavender boxes ship on Mondays. They are heavy."
    assert analyze.extract_memories_from_content(told, Rehearsal()) == ["Lavender boxes ship on Mondays."]


def test_what_to_search_for_is_the_query():
    """Whole, and not complex."""
    found = analyze.analyze_query("When do boxes ship?\n\nOn which day?", ["/"], None, Rehearsal())
    assert (found.recall_queries, found.complexity) == (["When do boxes ship?\n\nOn which day?"], "simple")


@pytest.mark.parametrize(("content", "is_new"), [("Boxes are heavy.", False), ("Boxes are light.", True)])
def test_what_is_told_again_is_not_kept_again(content: str, is_new: bool):
    """Word by word; what is there stays as it is."""
    plan = analyze.analyze_for_consolidation(content, [MemoryRecord(content="Boxes are heavy.")], Rehearsal())
    assert (plan.actions, plan.insert_new) == ([], is_new)


def test_nothing_is_missing():
    """A rehearsal searches once."""
    assert recollection_answer(_asked_about("When do boxes ship?", ["Boxes are heavy."])) == "Nothing is missing."
    assert recollection_answer([{"role": "user", "content": "Query: what?"}]) is None
    assert recollection_answer("Query: what?") is None
