"""How much runs, by worker, owner and batch, and what may run beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from crewlab.engine.attempt import AttemptRef
from crewlab.executions.queue_room import QueueRoom

K = TypeVar("K")


@dataclass(frozen=True)
class Caps:
    """The most that may run at a time; `None` is no cap."""

    shared: int
    """On workers that host many executions."""
    dedicated: int = 0
    """On workers that host one."""
    per_owner: int | None = None
    per_batch: int | None = None


class Room:
    """Counts what was let in. The caps are asked each time: they may change meanwhile. Not thread-safe by itself."""

    def __init__(self, caps: Callable[[], Caps]) -> None:
        self._caps = caps
        self._inside: dict[AttemptRef, AttemptRef] = {}
        self._lanes: Counter[bool] = Counter()
        self._owners: Counter[str] = Counter()
        self._batches: Counter[tuple[str, str | None]] = Counter()

    def enter(self, ref: AttemptRef) -> None:
        self._inside[ref] = ref
        self._count(ref, 1)

    def leave(self, ref: AttemptRef) -> None:
        self._count(self._inside.pop(ref), -1)  # as it came in: equal ones may know less of it

    def _count(self, ref: AttemptRef, by: int) -> None:
        self._lanes[ref.dedicated is not None] += by
        _add(self._owners, ref.owner, by)
        _add(self._batches, (ref.owner, ref.batch_id), by)

    @property
    def left(self) -> int:
        """How many more may run, whoever they are."""
        caps = self._caps()
        return max(0, caps.shared - self._lanes[False]) + max(0, caps.dedicated - self._lanes[True])

    def fits(self, ref: AttemptRef) -> bool:
        """Whether this one may run now."""
        caps, is_dedicated = self._caps(), ref.dedicated is not None
        return (
            self._lanes[is_dedicated] < (caps.dedicated if is_dedicated else caps.shared)
            and _under(self._owners[ref.owner], caps.per_owner)
            and (ref.batch_id is None or _under(self._batches[ref.owner, ref.batch_id], caps.per_batch))
        )

    def for_queue(self) -> QueueRoom:
        """What the queue may give out."""
        caps = self._caps()
        return QueueRoom(
            shared=max(0, caps.shared - self._lanes[False]),
            dedicated=max(0, caps.dedicated - self._lanes[True]),
            per_owner=caps.per_owner,
            per_batch=caps.per_batch,
            running=dict(self._batches),
        )

    @property
    def owners(self) -> dict[str, int]:
        """How many run, by owner."""
        return dict(self._owners)

    @property
    def batches(self) -> dict[str, int]:
        """How many run, by batch."""
        return {batch: count for (_, batch), count in self._batches.items() if batch is not None}


def _add(counter: Counter[K], key: K, by: int) -> None:
    counter[key] += by
    if not counter[key]:  # thousands of batches come and go
        del counter[key]


def _under(count: int, cap: int | None) -> bool:
    return cap is None or count < cap
