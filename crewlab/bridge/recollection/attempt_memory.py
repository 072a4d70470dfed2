"""What the agents of one attempt remember: what they may recall, and what they have learned and not kept yet."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from crewlab.definitions.memory import MemoryDocument
from crewlab.memory.memories import Learned, Memories, Note, Row, Sight, is_within, learned_now, packed, unpacked
from crewlab.memory.ranking import Match, Weights, best_memories, nearest

if TYPE_CHECKING:
    from crewlab.bridge.contract import BuildRequest
    from crewlab.memory.embedding import Embedder, Vectors

_IN_AN_EXCERPT = 5
"""Memories of which a model is asked whether something is missing, as in crewAI."""


@dataclass(frozen=True, eq=False)
class Place:
    """Where somebody's memories are, and how they are kept there."""

    keeper: str
    """The agent itself, a path that several may name, or nothing: the crew."""
    how: MemoryDocument
    embedder: Embedder
    memories: Memories

    @property
    def roots(self) -> tuple[str, ...]:
        """Whose memories are recalled, with what is kept below them."""
        return tuple(scope or "/" for scope in self.how.scopes) or (self.keeper,)


@dataclass(frozen=True)
class Recalled:
    """What was found among how many memories."""

    matches: list[Match]
    memories: int
    confidence: float = 1.0
    """The score of the best of those that are nearest to a query; only where somebody may doubt it."""
    excerpts: list[list[str]] = field(default_factory=list)
    """For each query, where something was found, the nearest."""


@dataclass(frozen=True)
class Neighbour:
    """A memory that is near to something that was learned."""

    id: int
    content: str
    keeper: str
    created_at: float
    """Seconds since the epoch."""
    score: float
    """How near, from 0 to 1."""


@dataclass(frozen=True)
class Neighbourhood:
    """The neighbours of each of what was learned."""

    found: list[list[Neighbour]]


@dataclass(frozen=True)
class _Pending:
    """Something that an agent saved with its tool; it is kept when the output of its task is accepted."""

    task_name: str | None
    place: Place
    learned: Learned


class AttemptMemory:
    """Recalls and keeps for one attempt. Its methods block, and are safe from any thread.

    An attempt sees what its own finished tasks have kept, what it has saved itself, and, when memory is shared over
    executions, what had been published when the execution began: two that run at once never see each other's.
    """

    def __init__(self, request: BuildRequest) -> None:
        self._began_at = request.began_at or datetime.now(UTC)
        self._sight = Sight(request.owner, request.definition, request.execution_id)
        self._finished: dict[tuple[str, int], None] = {}
        self._pending: list[_Pending] = []
        self._lock = threading.Lock()
        self._is_replay = request.cassette is not None and request.cassette.cassette.is_replay

    def stand_on(self, execution_id: str | None, task_index: int) -> None:
        """The output of this task is used: what was learned in it may be recalled."""
        with self._lock:
            self._finished[(execution_id or self._sight.execution_id, task_index)] = None

    def recall(self, queries: Sequence[str], place: Place, limit: int, since: float | None = None) -> Recalled:
        """The memories of `place` that are nearest to any of the queries, and not older than `since`."""
        rows = [row for row in self._rows(place) if since is None or row.created_at >= since]
        if not rows:
            return Recalled([], 0, 0.0)
        vectors, weights = place.embedder.embed(queries), weights_of(place.how)
        matches = best_memories(vectors, rows, limit, weights)
        if not place.how.rounds:
            return Recalled(matches, len(rows))
        return Recalled(matches, len(rows), *_told_of(vectors, rows, weights))

    def learn(self, contents: Sequence[str], place: Place, agent: str, task: str | None) -> None:
        """Remember something from now on, and keep it once the output of the task is accepted."""
        learned = self.learned(contents, place, agent)
        with self._lock:
            self._pending += [_Pending(task, place, one) for one in learned]

    def gathered(self, task: str, place: Place, agent: str, contents: Sequence[str]) -> dict[Place, list[Learned]]:
        """What is to be kept of a task: what its agents saved while they worked on it, and `contents`; by place."""
        with self._lock:
            saved = [pending for pending in self._pending if pending.task_name == task]
        found: dict[Place, list[Learned]] = {place: []}
        for pending in saved:
            found.setdefault(pending.place, []).append(pending.learned)
        found[place] += self.learned(contents, place, agent)
        return found

    def neighbours(self, learned: Sequence[Learned], place: Place, limit: int) -> Neighbourhood:
        """For each of what was learned, the memories that are nearest to it, the nearest first."""
        rows = self._rows(place, with_pending=False)
        found = nearest(unpacked(one.vector for one in learned), rows, limit) if rows and learned else []
        return Neighbourhood([[_as_neighbour(rows[number], score) for number, score in one] for one in found])

    def keep(
        self, task: tuple[int, str], kept: Mapping[Place, Sequence[Learned]], replaced: Mapping[Place, Sequence[int]]
    ) -> int:
        """Keep what was learned in a finished task, and give up what that replaces; how much is kept."""
        for memories in {place.memories: None for place in kept}:
            here = [place for place in kept if place.memories is memories]
            learned = [one for place in here for one in kept[place]]
            gone = [] if self._is_replay else [id for place in here for id in replaced.get(place, ())]
            memories.keep(self._sight, task, learned, dict.fromkeys(gone))
        with self._lock:
            self._pending = [pending for pending in self._pending if pending.task_name != task[1]]
        return sum(map(len, kept.values()))

    def publish(self, memories: Memories) -> int:
        """Let later executions of the definition recall what this one has learned; how much it is."""
        return memories.publish(self._sight)

    def learned(self, contents: Sequence[str], place: Place, agent: str) -> list[Learned]:
        """Memories of this moment, ready to be kept."""
        notes = [Note(place.keeper, content, agent, self._is_shared(place.how)) for content in contents]
        return learned_now(notes, place.embedder.name, place.embedder.embed(contents) if contents else [])

    def _is_shared(self, how: MemoryDocument) -> bool:
        """What a replay learns is what the recorded execution has learned already."""
        return how.scope == "definition" and not self._is_replay

    def _rows(self, place: Place, *, with_pending: bool = True) -> list[Row]:
        """What may be recalled there, with vectors of its embedder."""
        with self._lock:
            own = [one.learned for one in self._pending if with_pending and one.place.memories is place.memories]
            since = self._began_at if place.how.scope == "definition" else None
            sight = replace(self._sight, tasks=tuple(self._finished), published_before=since)
        rows = place.memories.visible(sight, *place.roots, embedder=place.embedder.name)
        rows += [
            Row(0, one.note.content, one.learned_at, one.embedder, one.vector, one.note.keeper)
            for one in own
            if any(is_within(one.note.keeper, root) for root in place.roots)
        ]
        return _comparable(rows, place)


def recalled_from(value: Mapping[str, Any]) -> Recalled:
    """What a cassette has of a recall."""
    matches = [Match(**match) for match in value.get("matches", [])]
    return Recalled(matches, value.get("memories", 0), value.get("confidence", 1.0), value.get("excerpts", []))


def _told_of(vectors: Vectors, rows: Sequence[Row], weights: Weights) -> tuple[float, list[list[str]]]:
    """How sure one can be, and the memories that are nearest to each query."""
    found = nearest(vectors, rows, _IN_AN_EXCERPT)
    tops = [best_memories(vectors[[number]], [rows[one[0][0]]], 1, weights) for number, one in enumerate(found)]
    excerpts = [[rows[number].content for number, _ in one] for one in found]
    return max(top[0].score for top in tops), excerpts


def _as_neighbour(row: Row, score: float) -> Neighbour:
    return Neighbour(row.id, row.content, row.keeper, row.created_at, round(score, 6))


def _comparable(rows: list[Row], place: Place) -> list[Row]:
    """The rows with vectors of this embedder, which makes those that it has not made yet."""
    name = place.embedder.name
    others = [row for row in rows if row.embedder != name]
    if not others:
        return rows
    vectors = place.embedder.embed([row.content for row in others])
    place.memories.also_embedded([row.id for row in others], name, vectors)
    made = iter([packed(vector) for vector in vectors])
    return [row if row.embedder == name else row._replace(embedder=name, vector=next(made)) for row in rows]


def weights_of(how: MemoryDocument) -> Weights:
    """What counts in a memory, as the document says."""
    return Weights(
        nearness=how.semantic_weight,
        recency=how.recency_weight,
        importance=how.importance_weight,
        half_life_days=how.recency_half_life_days,
        important=how.default_importance,
    )
