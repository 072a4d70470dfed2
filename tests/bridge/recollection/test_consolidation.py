"""What a model is asked about memories that are near to something new, and what becomes of them."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crewlab.bridge.recollection.attempt_memory import Neighbour, Neighbourhood
from crewlab.bridge.recollection.consolidation import Consolidated, consolidated, without_doubles
from crewlab.definitions.memory import MemoryDocument
from crewlab.memory.embedding import OfflineEmbedder
from crewlab.memory.memories import Learned, Note, learned_now

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
THEN = datetime(2026, 3, 4, 5, 6, 7, 89, tzinfo=UTC)
NEAR = [
    Neighbour(7, "Boxes ship on Mondays.", "/crew/a", THEN.timestamp(), 0.95),
    Neighbour(9, "long " * 60, "", THEN.timestamp(), 0.2),
]


class Model:
    """Answers every question with one plan, and keeps the questions; crewAI's calls are plain, ours are awaited."""

    def __init__(self, plan: Any = "nothing that could be read") -> None:
        self.asked: list[Any] = []
        self._plan = plan

    def supports_function_calling(self) -> bool:
        return False

    def call(self, messages: Any) -> str:
        self.asked.append(messages)
        return json.dumps(self._plan)

    async def ask(self, messages: Any, **_: Any) -> str:
        return self.call(messages)


def learned(*contents: str) -> list[Learned]:
    embedder = OfflineEmbedder()
    return learned_now([Note("", content, "a", True) for content in contents], embedder.name, embedder.embed(contents))


def decide(model: Model, *contents: str, near: Any = NEAR, **memory: Any) -> Consolidated:
    found = Neighbourhood([list(near)] * len(contents))
    how = MemoryDocument(consolidation_limit=5, **memory)
    return asyncio.run(consolidated(learned(*contents), found, how, "/", model))  # type: ignore[arg-type]  # a model that stands in


def test_the_question_is_that_of_crewai():
    """Word by word, with the same facts about each memory."""
    from crewai.memory.analyze import analyze_for_consolidation
    from crewai.memory.types import MemoryRecord

    theirs, ours = Model({"actions": []}), Model({"actions": []})
    created = THEN.replace(tzinfo=None)
    records = [
        MemoryRecord(id=str(one.id), content=one.content, scope=one.keeper or "/", importance=0.4, created_at=created)
        for one in NEAR
    ]
    analyze_for_consolidation("Boxes ship on Tuesdays.", records, theirs)
    decide(ours, "Boxes ship on Tuesdays.", default_importance=0.4)
    assert ours.asked == theirs.asked != []


def test_a_plan_is_carried_out():
    """Of several plans for one memory the first counts; what was not shown cannot be touched."""
    update = {"action": "update", "record_id": "7", "new_content": "Boxes ship on Tuesdays."}
    delete = [{"action": "delete", "record_id": name} for name in ("7", "9", "1")]
    change = decide(Model({"actions": [update, *delete], "insert_new": False}), "x", "y")
    assert (change.kept, change.replaced) == ([], [7, 9])
    assert change.rewritten == {NEAR[0]: "Boxes ship on Tuesdays."}


@pytest.mark.parametrize(("threshold", "asked"), [(None, 1), (0.95, 1), (0.96, 0)])
def test_only_what_is_near_enough_is_asked_about(threshold: float | None, asked: int):
    """And a model that answers something else loses nothing."""
    model = Model()
    change = decide(model, "x", consolidation_threshold=threshold)
    assert (len(model.asked), len(change.kept), change.replaced) == (asked, 1, [])


def test_what_is_learned_twice_at_once_is_one():
    """Nearly the same counts as the same."""
    several = learned("Boxes ship on Mondays.", "Boxes ship on Mondays.", "Turbines turn slowly.")
    assert [one.note.content for one in without_doubles(several)] == ["Boxes ship on Mondays.", "Turbines turn slowly."]
