"""How deep a recall goes, and what a model is asked on the way."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest

from crewlab.bridge.recollection.attempt_memory import Recalled
from crewlab.bridge.recollection.deep_recall import Deep, Question, deeply
from crewlab.definitions.memory import MemoryDocument
from crewlab.errors import ModelCallError
from crewlab.memory.ranking import Match

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
DOUBT = {"confidence_threshold_low": 0.9, "confidence_threshold_high": 0.95}
CONTENTS = [f"memory {number}" for number in range(7)]


class Model:
    """Gives these answers, one after the other, and keeps the questions."""

    def __init__(self, *answers: str | Exception) -> None:
        self.asked: list[Any] = []
        self._answers = list(answers)

    def supports_function_calling(self) -> bool:
        return False

    def call(self, messages: Any) -> str:
        self.asked.append(messages)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def ask(self, messages: Any, **_: Any) -> str:
        return self.call(messages)


def recall(model: Model, text: str = "q?", confidence: float = 0.6, **memory: Any) -> tuple[Deep, list[Question]]:
    looked: list[Question] = []

    async def look(question: Question) -> tuple[Recalled, bool]:
        looked.append(question)
        excerpts = [CONTENTS[:5], *([f"about {gap}"] for gap in question.missing)]
        return Recalled([Match("memory 0", confidence)], 7, confidence, excerpts), False

    return asyncio.run(deeply(text, MemoryDocument(**memory), look, model)), looked  # type: ignore[arg-type]  # a model that stands in


def stock(model: Model, **memory: Any) -> None:
    """crewAI's own recall of the same memories."""
    from crewai.memory.recall_flow import RecallFlow
    from crewai.memory.types import MemoryConfig, MemoryRecord

    class Storage:
        def search(self, *_: Any, **__: Any) -> Any:
            return [(MemoryRecord(content=content), 0.4) for content in CONTENTS]

        def list_scopes(self, _: str) -> list[str]:
            return []

    flow = RecallFlow(Storage(), model, lambda texts: [[1.0] for _ in texts], MemoryConfig(**memory))
    flow.kickoff(inputs={"query": "q?", "limit": 5})


@pytest.mark.parametrize("memory", [DOUBT, {"exploration_budget": 0}, {"exploration_budget": 2}], ids=str)
def test_the_question_is_that_of_crewai(memory: dict[str, Any]):
    """Word by word, and asked under the same conditions."""
    theirs, ours = Model("fine"), Model("fine")
    stock(theirs, **memory)
    recall(ours, **memory)
    assert ours.asked == theirs.asked
    assert bool(ours.asked) is (memory is DOUBT)


def test_what_is_missing_is_searched_for_too():
    """crewAI would search for the same again. Nothing is asked twice, and the budget is the most there is."""
    model = Model("Missing: a", "Some.\nb is missing.", "Missing: a")
    deep, looked = recall(model, **DOUBT, exploration_budget=5)
    assert [question.missing for question in looked] == [(), ("a",), ("a", "b is missing.")]
    assert (deep.rounds, len(model.asked)) == (3, 3)
    assert recall(Model("Missing: a", "missing: b"), **DOUBT, exploration_budget=2)[0].rounds == 2


@pytest.mark.parametrize(
    ("answer", "gap"),
    [("Missing: what was missing in May", "what was missing in May"), ("missing: " + "a" * 50_000, "a" * 200)],
    ids=["twice", "long"],
)
def test_what_is_missing_is_read_at_once(answer: str, gap: str):
    """Up to the end of the line, after the first such word; however long the model writes, nothing stands still."""
    began = time.process_time()
    assert recall(Model(answer), **DOUBT, exploration_budget=1)[0].question.missing == (gap,)
    assert time.process_time() - began < 2


@pytest.mark.parametrize("answer", ["fine", "Nothing is missing.", "MISSING: none", "", ModelCallError("no")], ids=str)
def test_a_model_that_misses_nothing_changes_nothing(answer: Any):
    """Nor does one that cannot be asked."""
    deep, looked = recall(Model(answer), **DOUBT, exploration_budget=3)
    assert (deep.rounds, deep.question.missing, len(looked)) == (1, (), 1)


@pytest.mark.parametrize(("complexity", "rounds"), [("simple", 0), ("complex", 1)])
def test_a_complex_query_is_doubted_sooner(complexity: str, rounds: int):
    """By a threshold of its own, which asks for an analysis of the query; the analysis says how old memories may be."""
    analysis = {"recall_queries": ["a", " ", "b", "c", "d"], "complexity": complexity, "time_filter": "1970-01-02"}
    memory = {"query_analysis_threshold": 0, "complex_query_threshold": 0.7, "confidence_threshold_high": 0.1}
    deep, looked = recall(Model(json.dumps(analysis), "fine"), **memory)
    assert (deep.rounds, looked[0].queries, looked[0].since) == (rounds, ("a", "b", "c"), 86_400)
    never = {**memory, "complex_query_threshold": 0}
    assert recall(Model(json.dumps(analysis), "fine"), **never)[0].rounds == 0
    told = recall(Model(json.dumps({**analysis, "time_filter": "last week"}), "fine"), **memory)[1]
    assert told[0].since is None
