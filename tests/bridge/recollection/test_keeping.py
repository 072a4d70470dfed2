"""How what was learned in a task is kept where a model decides what becomes of what is there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from crewlab.bridge.contract import BuiltTask
from crewlab.bridge.recollection.attempt_memory import AttemptMemory, Place
from crewlab.bridge.recollection.keeping import Keeping
from crewlab.definitions.memory import MemoryDocument
from crewlab.memory.database import Database
from crewlab.memory.embedding import OfflineEmbedder
from crewlab.memory.memories import Memories, Note, Sight, learned_now

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


class Desk:
    """Does everything at once."""

    async def off_loop(self, work: Callable[[], Any]) -> Any:
        return work()

    async def taped(self, name: str, asked: Any, agent: str, live: Callable[[], Any], read: Any) -> tuple[Any, bool]:
        return live(), False


class Model:
    """Keeps its questions, and decides nothing."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def supports_function_calling(self) -> bool:
        return False

    async def ask(self, messages: Any, **_: Any) -> str:
        self.asked.append(messages[1]["content"])
        return json.dumps({"actions": [], "insert_new": True})


TASK = BuiltTask(0, "t", "a", "d", "e", (), (), 0)


def attempt_memory() -> AttemptMemory:
    request: Any = SimpleNamespace(
        owner="ann", definition="crew", execution_id="later", began_at=datetime.now(UTC), cassette=None
    )
    return AttemptMemory(request)


def keeping_of(memory: AttemptMemory) -> Keeping:
    return Keeping(memory, Desk())  # type: ignore[arg-type]  # what stands in


def test_a_model_is_told_of_the_nearest_only(tmp_path: Path):
    """As many as the limit says."""
    memories, embedder = Memories(Database(tmp_path / "m")), OfflineEmbedder()
    contents = [f"Boxes ship on Monday {number}." for number in range(6)]
    sight = Sight("ann", "crew", "earlier")
    notes = [Note("", content, "a", True) for content in contents]
    memories.keep(sight, (0, "t"), learned_now(notes, embedder.name, embedder.embed(contents)))
    memories.publish(sight)
    how = MemoryDocument(scope="definition", consolidation_limit=2, consolidation_threshold=0)
    model: Any = Model()
    keeping = keeping_of(attempt_memory())
    place = Place("", how, embedder, memories)
    counts = asyncio.run(keeping.keep(TASK, "a", place, ["Boxes ship on Monday 3."], model))
    assert (counts, len(model.asked)) == ((1, 0), 1)
    assert model.asked[0].count("content: ") == 2
    assert "content: Boxes ship on Monday 3." in model.asked[0]


def test_what_is_only_being_kept_is_no_neighbour_of_itself(tmp_path: Path):
    """An agent has saved it with its tool: a model that was asked would compare it with itself."""
    memory, model = attempt_memory(), Model()
    how = MemoryDocument(scope="definition", consolidation_threshold=0.5)
    place = Place("", how, OfflineEmbedder(), Memories(Database(tmp_path / "m")))
    memory.learn(["Boxes ship on Monday."], place, "a", "t")
    counts = asyncio.run(keeping_of(memory).keep(TASK, "a", place, [], model))  # type: ignore[arg-type]  # what stands in
    assert (counts, model.asked) == ((1, 0), [])
