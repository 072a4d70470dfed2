"""What a flow has learned from people: lessons of a source, kept for the later executions of its definition."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from crewlab.bridge.contract import BuildRequest
from crewlab.bridge.journal import Journal
from crewlab.bridge.recollection.attempt_memory import AttemptMemory, Place, Recalled, recalled_from
from crewlab.bridge.recollection.deep_recall import Question, deeply
from crewlab.bridge.recollection.desk import RecollectionDesk, short, shown
from crewlab.bridge.recollection.embedders import embedder_for
from crewlab.definitions.memory import EmbedderDocument, MemoryDocument
from crewlab.errors import BuildError
from crewlab.executions.events import MemoryRecalled, MemorySaved

if TYPE_CHECKING:
    from crewlab.bridge.llms.recorded import RecordedModel

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

    async def recall(self, query: str, model: RecordedModel) -> list[str]:
        """Lessons that are near to a text, the nearest first; `model` is asked where the memory searches in depth."""
        began = time.perf_counter()
        deep = await deeply(query, self._place.how, self._looked, model)
        found = deep.found
        self._desk.note(
            MemoryRecalled,
            f"{len(found.matches)} of {found.memories} lessons recalled",
            query=short("; ".join(deep.question.queries)),
            results=len(found.matches),
            found=shown(found.matches),
            memories=found.memories,
            explored=deep.rounds,
            missing=deep.question.missing,
            embedder=self._place.embedder.name,
            duration_seconds=time.perf_counter() - began,
            is_replay=deep.is_replay,
        )
        return [match.content for match in found.matches]

    async def _looked(self, question: Question) -> tuple[Recalled, bool]:
        more = {"missing": question.missing} if question.missing else {}
        asked = {"query": question.text, "source": self._source, **more}
        look = partial(self._memory.recall, question.everything, self._place, _MOST_RECALLED, question.since)
        return await self._desk.taped("recall lessons", asked, "", look, recalled_from)

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
