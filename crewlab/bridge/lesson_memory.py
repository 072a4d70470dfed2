"""What a flow has learned from people: lessons of a source, kept for the later executions of its definition."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from crewlab.bridge.attempt_memory import AttemptMemory, Place, Recalled
from crewlab.bridge.contract import BuildRequest
from crewlab.bridge.embedders import embedder_for
from crewlab.bridge.journal import Journal
from crewlab.bridge.recollection_desk import RecollectionDesk, short, shown
from crewlab.definitions.memory import EmbedderDocument, MemoryDocument
from crewlab.errors import BuildError
from crewlab.executions.events import MemoryRecalled, MemorySaved
from crewlab.memory.ranking import Match

_MOST_RECALLED = 10


class LessonMemory:
    """Recalls and keeps for one step that asks a person; it needs no model."""

    def __init__(
        self, request: BuildRequest, journal: Journal, source: str, how: MemoryDocument, finished: Iterable[int]
    ) -> None:
        """`finished` are the calls of this execution whose lessons may be recalled, by `question_index`."""
        if request.library is None:
            raise BuildError("There is no memory to learn with.")
        library = request.library()
        self._desk, self._source = RecollectionDesk(request, journal), source
        self._memory = AttemptMemory(request)
        embedder = embedder_for(how.embedder or EmbedderDocument(), request, journal, library.offline)
        self._place = Place(f"feedback:{source}", how, embedder, library.memories_of(how.storage))
        for index in finished:
            self._memory.stand_on(None, index)

    async def recall(self, query: str) -> list[str]:
        """Lessons that are near to a text, the nearest first."""
        began, asked = time.perf_counter(), {"query": query, "source": self._source}
        look = partial(self._memory.recall, [query], self._place, _MOST_RECALLED)
        found, is_replay = await self._desk.taped("recall lessons", asked, "", look, _recalled)
        self._desk.note(
            MemoryRecalled,
            f"{len(found.matches)} of {found.memories} lessons recalled",
            query=short(query),
            results=len(found.matches),
            found=shown(found.matches),
            memories=found.memories,
            embedder=self._place.embedder.name,
            duration_seconds=time.perf_counter() - began,
            is_replay=is_replay,
        )
        return [match.content for match in found.matches]

    async def keep(self, index: int, step: str, lessons: Sequence[str]) -> None:
        """Keep what was learned from one answer."""
        began = time.perf_counter()
        count = await self._desk.off_loop(partial(self._kept, index, step, lessons))
        self._desk.note(
            MemorySaved,
            f"{count} lessons kept",
            count=count,
            contents=tuple(map(short, lessons)),
            scope=self._place.how.scope,
            embedder=self._place.embedder.name,
            duration_seconds=time.perf_counter() - began,
        )

    def _kept(self, index: int, step: str, lessons: Sequence[str]) -> int:
        learned = self._memory.learned(lessons, self._place, "")
        return self._memory.keep((index, step), {self._place: learned}, {})


def _recalled(value: Any) -> Recalled:
    return Recalled([Match(**match) for match in value.get("matches", [])], value.get("memories", 0))
