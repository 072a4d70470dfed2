"""What is kept of crewAI where memory is our own: its words, its scores, its tools, its cuts."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crewlab.bridge.recollection.attempt_memory import weights_of
from crewlab.bridge.recollection.extraction import told
from crewlab.bridge.recollection.memory_tools import ToolMemory, line_of, memory_tools
from crewlab.definitions.memory import MemoryDocument
from crewlab.memory.memories import Row, packed
from crewlab.memory.pieces import pieces_of
from crewlab.memory.ranking import Match, best_memories

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def test_a_memory_is_written_as_crewai_writes_it():
    """The line of a prompt is that of crewAI's own match."""
    from crewai.memory.types import MemoryMatch, MemoryRecord

    theirs = MemoryMatch(record=MemoryRecord(content="Boxes are heavy."), score=0.614)
    assert line_of(Match("Boxes are heavy.", 0.614)) == theirs.format()


WEIGHED = {"semantic_weight": 0.1, "recency_weight": 0.8, "importance_weight": 0.4, "recency_half_life_days": 7}


@pytest.mark.parametrize("weights", [{}, WEIGHED, {"importance_weight": 0.9}], ids=["crewAI's", "own", "one of them"])
@pytest.mark.parametrize("days", [0, 1, 30, 400])
def test_scores_are_those_of_crewai(days: int, weights: dict[str, Any]):
    """Nearness, age and half importance, weighed as by crewAI over its LanceDB store."""
    import numpy as np
    from crewai.memory.types import MemoryConfig, MemoryRecord, compute_composite_score

    query, vector = np.array([[1.0, 0.0]], np.float32), np.array([0.6, 0.8], np.float32)
    distance = float(((query[0] - vector) ** 2).sum())
    then = datetime.now(UTC) - timedelta(days=days)
    record = MemoryRecord(content="x", created_at=then.replace(tzinfo=None))
    theirs, _ = compute_composite_score(record, 1.0 / (1.0 + distance), MemoryConfig(**weights))
    row = Row(1, "x", time.time() - days * 86_400, "e", packed(vector))
    (ours,) = best_memories(query, [row], 5, weights_of(MemoryDocument(**weights)))
    assert ours.score == pytest.approx(theirs, abs=0.002)


def test_tools_are_those_of_crewai():
    """Names, descriptions, arguments and answers."""
    learned: list[str] = []

    async def look(query: str, limit: int) -> list[Match]:
        return [Match(f"about {query}", 0.5)][:limit]

    memory = ToolMemory(look, learned.extend)
    search, save = memory_tools(memory)
    assert (search.name, save.name) == ("Search memory", "Save to memory")
    assert "shared memory" in search.description
    assert (
        asyncio.run(search.ask({"queries": ["a", "b"]}))
        == "Found memories:\n- (score=0.50) about a\n- (score=0.50) about b"
    )
    assert save.run(contents=["one"]) == "Saved to memory (scope=/, importance=0.5)."
    assert learned == ["one"]


def test_a_result_is_told_as_crewai_tells_it():
    """The text that the statements are extracted from."""
    import inspect

    from crewai.agents.agent_builder.base_agent_executor import BaseAgentExecutor

    source = inspect.getsource(BaseAgentExecutor._save_to_memory)
    for part in ("Task: ", "Agent: ", "Expected result: ", "Result: "):
        assert f'f"{part}' in source
        assert part in told("d", "r", "e", "o")


def test_knowledge_is_cut_as_crewai_cuts_it():
    """Pieces of 4,000 characters that overlap by 200; empty ones are left out."""
    from crewai.knowledge.source.string_knowledge_source import StringKnowledgeSource

    text = "".join(chr(97 + number % 26) for number in range(9500))
    assert pieces_of(text, 4000, 200) == StringKnowledgeSource(content=text)._chunk_text(text)
