"""What becomes of memories that are near to something new: a model decides, asked in crewAI's words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crewai.memory.analyze import ConsolidationPlan
from crewai.utilities.i18n import I18N_DEFAULT

from crewlab.bridge.recollection.attempt_memory import Neighbour, Neighbourhood
from crewlab.bridge.recollection.extraction import asked
from crewlab.definitions.memory import MemoryDocument
from crewlab.memory.memories import Learned, unpacked

if TYPE_CHECKING:
    from crewlab.bridge.llms.recorded import RecordedModel

_THRESHOLD, LIMIT = 0.85, 5
"""crewAI's, where only one of them is set."""
_THE_SAME = 0.98
"""From here on two things that were learned at once are one, as in crewAI."""
_QUOTED = 200


@dataclass(frozen=True)
class Consolidated:
    """What is kept of what was learned, and what becomes of the memories that were there."""

    kept: list[Learned]
    rewritten: dict[Neighbour, str]
    given_up: tuple[Neighbour, ...]

    @property
    def replaced(self) -> list[int]:
        """The memories that are not there any more as they were."""
        return [one.id for one in (*self.rewritten, *self.given_up)]


def without_doubles(learned: Sequence[Learned]) -> list[Learned]:
    """Only the first of what is nearly the same."""
    if len(learned) < 2 or len({one.embedder for one in learned}) > 1:
        return list(learned)
    vectors = unpacked(one.vector for one in learned)
    likeness = vectors @ vectors.T
    kept: list[int] = []
    for number in range(len(learned)):
        if all(likeness[number, earlier] < _THE_SAME for earlier in kept):
            kept.append(number)
    return [learned[number] for number in kept]


async def consolidated(
    learned: Sequence[Learned], near: Neighbourhood, how: MemoryDocument, scope: str, model: RecordedModel
) -> Consolidated:
    """Ask about each that has a neighbour which is near enough, all at once; unanswered, it is kept beside them."""
    threshold = _THRESHOLD if how.consolidation_threshold is None else how.consolidation_threshold
    around = [found if found and found[0].score >= threshold else [] for found in near.found] or [[]] * len(learned)
    plans = await asyncio.gather(
        *(_plan(one.note.content, found, how, scope, model) for one, found in zip(learned, around, strict=True))
    )
    rewritten, given_up = _changes(plans, around)
    kept = [one for one, plan in zip(learned, plans, strict=True) if plan is None or plan.insert_new]
    return Consolidated(kept, rewritten, given_up)


async def _plan(
    content: str, found: Sequence[Neighbour], how: MemoryDocument, scope: str, model: RecordedModel
) -> ConsolidationPlan | None:
    if not found:
        return None
    lines = "\n\n".join(_line(one, how, scope) for one in found)
    told = I18N_DEFAULT.memory("consolidation_user").format(new_content=content, records_summary=lines)
    messages = [
        {"role": "system", "content": I18N_DEFAULT.memory("consolidation_system")},
        {"role": "user", "content": told},
    ]
    return await asked(messages, ConsolidationPlan, model)


def _line(one: Neighbour, how: MemoryDocument, scope: str) -> str:
    """A memory as crewAI tells it where it asks what becomes of it."""
    created = datetime.fromtimestamp(one.created_at, UTC).replace(tzinfo=None).isoformat()
    kept = one.keeper if one.keeper.startswith("/") else scope
    quoted = one.content if len(one.content) <= _QUOTED else f"{one.content[:_QUOTED]}..."
    facts = f"id={one.id} | scope={kept} | importance={how.default_importance:.2f} | created={created}"
    return f"- {facts}\n  content: {quoted}"


def _changes(
    plans: Sequence[ConsolidationPlan | None], around: Sequence[Sequence[Neighbour]]
) -> tuple[dict[Neighbour, str], tuple[Neighbour, ...]]:
    """What is rewritten, and what is given up; of several plans for one memory the first counts, as in crewAI."""
    there = {str(one.id): one for found in around for one in found}
    rewritten: dict[Neighbour, str] = {}
    given_up: dict[Neighbour, None] = {}
    for action in (action for plan in plans if plan is not None for action in plan.actions):
        one = there.get(action.record_id)
        if one is None or one in rewritten or one in given_up:
            continue
        if action.action == "delete":
            given_up[one] = None
        elif action.action == "update" and action.new_content:
            rewritten[one] = action.new_content
    return rewritten, tuple(given_up)


def as_learned(change: Consolidated, learn: Callable[[Sequence[str]], list[Learned]]) -> list[Learned]:
    """What is kept, what is rewritten included: it stays whose it is, and as old as it is. Blocks."""
    made = learn(list(change.rewritten.values())) if change.rewritten else []
    again = [
        replace(one, note=replace(one.note, keeper=before.keeper), learned_at=before.created_at)
        for before, one in zip(change.rewritten, made, strict=True)
    ]
    return [*change.kept, *again]
