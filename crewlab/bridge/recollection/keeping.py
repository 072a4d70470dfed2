"""How what was learned in a task comes to be kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from crewlab.bridge.contract import BuiltTask
from crewlab.bridge.recollection.attempt_memory import AttemptMemory, Neighbour, Neighbourhood, Place
from crewlab.bridge.recollection.consolidation import LIMIT, Consolidated, as_learned, consolidated, without_doubles
from crewlab.bridge.recollection.desk import RecollectionDesk
from crewlab.memory.memories import Learned

if TYPE_CHECKING:
    from crewlab.bridge.llms.recorded import RecordedModel


@dataclass(frozen=True)
class Keeping:
    """Keeps for the tasks of one attempt."""

    memory: AttemptMemory
    desk: RecollectionDesk

    async def keep(
        self, task: BuiltTask, agent: str, place: Place, statements: Sequence[str], model: RecordedModel
    ) -> tuple[int, int]:
        """Keep the statements at `place`, and what agents saved, where they saved it.

        Returns how much was kept, and how many memories were rewritten or given up for it.

        Raises:
            CrewLabError: It cannot be kept.
        """
        found = await self.desk.off_loop(partial(self.memory.gathered, task.name, place, agent, statements))
        kept: dict[Place, Sequence[Learned]] = {**found}
        replaced: dict[Place, list[int]] = {}
        for at, learned in found.items():
            if at.how.consolidates and learned:
                change = await self._consolidated(agent, at, learned, model)
                learn = partial(self.memory.learned, place=at, agent=agent)
                kept[at] = await self.desk.off_loop(partial(as_learned, change, learn))
                replaced[at] = change.replaced
        keep = partial(self.memory.keep, (task.index, task.name), kept, replaced)
        return await self.desk.off_loop(keep), sum(map(len, replaced.values()))

    async def _consolidated(
        self, agent: str, at: Place, learned: Sequence[Learned], model: RecordedModel
    ) -> Consolidated:
        several = without_doubles(learned)
        look = partial(self.memory.neighbours, several, at, at.how.consolidation_limit or LIMIT)
        asked = {"contents": [one.note.content for one in several]}
        near, _ = await self.desk.taped("find near memories", asked, agent, look, _neighbourhood)
        return await consolidated(several, near, at.how, at.how.root_scope or "/", model)


def _neighbourhood(value: Mapping[str, Any]) -> Neighbourhood:
    return Neighbourhood([[Neighbour(**one) for one in found] for found in value.get("found", [])])
