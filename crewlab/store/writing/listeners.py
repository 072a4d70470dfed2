"""Who hears of events once they are durable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Row = tuple[Any, ...]
"""A stored event: its id, then the columns of `events` in order."""
Hear = Callable[[Sequence[Row]], None]
"""Called by the writer thread, which waits for it: it must only take note."""


class Listeners:
    """Callables by the owner whose events they may hear. Added and removed from any thread."""

    def __init__(self) -> None:
        self._hear: tuple[tuple[str, Hear], ...] = ()

    def add(self, owner: str, hear: Hear) -> Callable[[], None]:
        """Tell `hear` of each set of events that becomes durable; call what is returned to end that."""
        entry = (owner, hear)
        self._hear = (*self._hear, entry)

        def remove() -> None:
            self._hear = tuple(other for other in self._hear if other is not entry)

        return remove

    def tell(self, rows: Sequence[Row], owner_of: Callable[[str], str | None]) -> None:
        """Pass on the rows, each listener its owner's."""
        for owner, hear in self._hear:
            own = [row for row in rows if owner_of(row[1]) == owner]
            if own:
                hear(own)

    def __bool__(self) -> bool:
        return bool(self._hear)
