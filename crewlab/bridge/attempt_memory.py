"""What the agents of one attempt remember: what they may recall, and what they have learned and not kept yet."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crewlab.definitions.memory import MemoryDocument
from crewlab.memory.memories import Memories, Note, Row, Sight, is_within, packed
from crewlab.memory.ranking import Match, Weights, best_memories

if TYPE_CHECKING:
    from crewlab.bridge.contract import BuildRequest
    from crewlab.memory.embedding import Embedder, Vectors


@dataclass(frozen=True)
class Recalled:
    """What was found among how many memories."""

    matches: list[Match]
    memories: int


@dataclass(frozen=True)
class _Pending:
    """Something that an agent saved with its tool; it is kept when the output of its task is accepted."""

    task_name: str | None
    note: Note
    vector: bytes
    learned_at: float


class AttemptMemory:
    """Recalls and keeps for one attempt. Its methods block, and are safe from any thread.

    An attempt sees what its own finished tasks have kept, what it has saved itself, and, when memory is shared over
    executions, what had been published when the execution began: two that run at once never see each other's.
    """

    def __init__(self, request: BuildRequest, memories: Memories, embedder: Embedder) -> None:
        self._memories, self.embedder = memories, embedder
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

    def recall(self, queries: Sequence[str], keeper: str, how: MemoryDocument, limit: int) -> Recalled:
        """The memories of `keeper` (the crew, an agent, or a path) that are nearest to any of the queries."""
        with self._lock:
            own = [pending for pending in self._pending if is_within(pending.note.keeper, keeper)]
            since = self._began_at if how.scope == "definition" else None
            sight = replace(self._sight, tasks=tuple(self._finished), published_before=since)
        rows = self._comparable(self._memories.visible(sight, keeper))
        rows += [Row(0, one.note.content, one.learned_at, self.embedder.name, one.vector) for one in own]
        if not rows:
            return Recalled([], 0)
        return Recalled(best_memories(self.embedder.embed(queries), rows, limit, weights_of(how)), len(rows))

    def learn(self, contents: Sequence[str], keeper: str, agent: str, how: MemoryDocument, task: str | None) -> None:
        """Remember something from now on, and keep it once the output of the task is accepted."""
        vectors = self.embedder.embed(contents)
        now = time.time()
        with self._lock:
            self._pending += [
                _Pending(task, Note(keeper, content, agent, self._is_shared(how)), packed(vector), now)
                for content, vector in zip(contents, vectors, strict=True)
            ]

    def keep(self, index: int, task: str, keeper: str, agent: str, how: MemoryDocument, contents: Sequence[str]) -> int:
        """Keep what was learned in a finished task, with what agents saved while they worked on it; how many it is."""
        with self._lock:
            saved = [pending for pending in self._pending if pending.task_name == task]
        notes = [Note(keeper, content, agent, self._is_shared(how)) for content in contents]
        vectors = self._vectors(contents, saved)
        kept = [*(pending.note for pending in saved), *notes]
        self._memories.keep(self._sight, (index, task), kept, self.embedder.name, vectors)
        with self._lock:
            self._pending = [pending for pending in self._pending if pending not in saved]
        return len(kept)

    def publish(self) -> int:
        """Let later executions of the definition recall what this one has learned; how much it is."""
        return self._memories.publish(self._sight)

    def _is_shared(self, how: MemoryDocument) -> bool:
        """What a replay learns is what the recorded execution has learned already."""
        return how.scope == "definition" and not self._is_replay

    def _vectors(self, contents: Sequence[str], saved: Sequence[_Pending]) -> Vectors:
        import numpy as np

        from crewlab.memory.memories import unpacked

        made = self.embedder.embed(contents)
        return np.concatenate([unpacked(one.vector for one in saved), made]) if saved else made

    def _comparable(self, rows: list[Row]) -> list[Row]:
        """The rows with vectors of this embedder: those of another one are made anew, once."""
        others = [row for row in rows if row.embedder != self.embedder.name]
        if not others:
            return rows
        vectors = self.embedder.embed([row.content for row in others])
        self._memories.re_embed([row.id for row in others], self.embedder.name, vectors)
        made = {row.id: packed(vector) for row, vector in zip(others, vectors, strict=True)}
        name = self.embedder.name
        return [row._replace(embedder=name, vector=made.get(row.id, row.vector)) for row in rows]


def weights_of(how: MemoryDocument) -> Weights:
    """What counts in a memory, as the document says."""
    return Weights(
        nearness=how.semantic_weight,
        recency=how.recency_weight,
        importance=how.importance_weight,
        half_life_days=how.recency_half_life_days,
        important=how.default_importance,
    )
