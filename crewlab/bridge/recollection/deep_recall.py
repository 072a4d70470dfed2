"""Recalling in depth: what to search for, whether what was found will do, and what is missing. Asked as crewAI asks.

crewAI asks a model what is missing among the memories that it found, and searches for the same again. Here what is
missing is searched for, and nothing is asked twice.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from crewai.memory.recall_flow import RecallFlow
from crewai.memory.types import MemoryRecord

from crewlab.bridge.recollection.attempt_memory import Recalled
from crewlab.bridge.recollection.extraction import query_analysis
from crewlab.definitions.memory import MemoryDocument
from crewlab.errors import CrewLabError

if TYPE_CHECKING:
    from crewlab.bridge.llms.recorded import RecordedModel

Look = Callable[["Question"], Awaitable[tuple[Recalled, bool]]]
"""Searches once, and says whether what was found came from a cassette."""
_LONGEST_GAP, _LONGEST_LINE = 200, 2000
_NOTHING = re.compile(
    r"\W*(nothing|none|no \w+)( \w+){0,3} missing\W*|.*\bmissing\W+(nothing|none|n/a)\W*", re.IGNORECASE
)

_AFTER_THE_WORD = re.compile(r".*?\bmissing\b\W*", re.IGNORECASE)


@dataclass(frozen=True)
class Question:
    """What is searched for."""

    text: str
    queries: tuple[str, ...]
    is_complex: bool = False
    since: float | None = None
    """Seconds since the epoch: what is older is not wanted."""
    missing: tuple[str, ...] = ()
    """What a model has missed among what was found; it is searched for, too."""

    @property
    def everything(self) -> list[str]:
        """All that is searched for."""
        return [*self.queries, *self.missing]


@dataclass(frozen=True)
class Deep:
    """What was found at last."""

    found: Recalled
    question: Question
    rounds: int
    """How often a model was asked what is missing."""
    is_replay: bool


@dataclass
class _Words:
    """Stands where crewAI would ask a model, and keeps what it would be asked."""

    messages: list[dict[str, str]] = field(default_factory=list)

    def call(self, messages: list[dict[str, str]]) -> str:
        self.messages = messages
        return ""


async def deeply(text: str, how: MemoryDocument, look: Look, model: RecordedModel) -> Deep:
    """Search for `text`, as deeply as the memory says."""
    question = await _question(text, how, model)
    found, is_replay = await look(question)
    rounds, shown = 0, set[tuple[str, ...]]()
    while rounds < how.rounds and _is_doubtful(found, question, how):
        new = [excerpts for excerpts in dict.fromkeys(map(tuple, found.excerpts)) if excerpts not in shown]
        answers = await asyncio.gather(*(_explored(text, excerpts, model) for excerpts in new))
        gaps = dict.fromkeys(gap for answer in answers if (gap := _gap_in(answer)) and gap not in question.missing)
        rounds, shown = rounds + bool(new), shown.union(new)
        if not gaps:
            break
        question = replace(question, missing=(*question.missing, *gaps))
        found, is_replay = await look(question)
    return Deep(found, question, rounds, is_replay)


async def _question(text: str, how: MemoryDocument, model: RecordedModel) -> Question:
    """The text itself, or what a model makes of a long one where the memory says so."""
    least = how.analysed_from
    analysis = None if least is None or len(text) < least else await query_analysis(text, model)
    if analysis is None:
        return Question(text, (text,))
    queries, since = tuple(analysis.recall_queries) or (text,), _moment(analysis.time_filter)
    return Question(text, queries, analysis.complexity == "complex", since)


def _moment(told: str | None) -> float | None:
    """The moment that a model names, in UTC as in crewAI unless it says otherwise; `None` where it names none."""
    try:
        then = datetime.fromisoformat(told or "")
        return (then if then.tzinfo else then.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _is_doubtful(found: Recalled, question: Question, how: MemoryDocument) -> bool:
    """crewAI's decision."""
    if question.is_complex and found.confidence < how.complex_below:
        return True
    return found.confidence < min(how.sure_from, how.doubtful_below)


async def _explored(text: str, excerpts: Sequence[str], model: RecordedModel) -> str:
    """What the model says of the memories that are nearest; nothing where it cannot be asked."""
    try:
        return str(await model.ask(_asked_about(text, excerpts), purpose="memory"))
    except CrewLabError:
        return ""


def _asked_about(text: str, excerpts: Sequence[str]) -> list[dict[str, str]]:
    """crewAI's own words, which are within its code."""
    words = _Words()
    records = [(MemoryRecord(content=content), 0.0) for content in excerpts]
    findings: list[dict[str, Any]] = [{"scope": "/", "results": records}]
    state = SimpleNamespace(query=text, chunk_findings=findings, evidence_gaps=[], exploration_budget=1)
    step: Any = RecallFlow.recursive_exploration  # crewAI makes an object of each step
    step.unwrap()(SimpleNamespace(state=state, _llm=words))
    return words.messages


def _gap_in(answer: str) -> str:
    """What is missing, as the model says it in a line; nothing where it misses nothing."""
    line = next((line.strip() for line in answer.splitlines() if "missing" in line.lower()), "")[:_LONGEST_LINE]
    if _NOTHING.fullmatch(line):
        return ""
    return (_AFTER_THE_WORD.sub("", line, count=1) or line)[:_LONGEST_GAP]
