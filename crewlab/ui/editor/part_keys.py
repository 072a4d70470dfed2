"""Keys of widgets that belong to a thing: a task keeps its fields when it is moved, an agent when it is renamed.

A browser says what was typed by the key of the field. Were keys made of positions and names as they are, a field would
get another key in the midst of typing, and what was typed for one task would arrive at the one that has its place now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crewlab.definitions.editing import Path
from crewlab.definitions.part_places import FIELDS, follow, listings
from crewlab.ui.state import remember, remembered

_SEEN = "definition.seen"


@dataclass
class _Listing:
    """The parts at one place, and what each is called in keys: what it was named, or where it was, at first."""

    names: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def update(self, names: Sequence[str], labels: Sequence[str]) -> None:
        """Parts that stay keep their tokens; a new part gets its label, or where another had that, one like it."""
        kept = {follow(self.names, names, index): token for index, token in enumerate(self.tokens)}
        self.tokens = [kept.get(index) or self._fresh(label) for index, label in enumerate(labels)]
        self.names = list(names)

    def _fresh(self, label: str) -> str:
        token, number = label, 2
        while token in self.used:
            token, number = f"{label}~{number}", number + 1
        self.used.add(token)
        return token

    def token(self, step: str | int) -> str:
        index = step if isinstance(step, int) else self.names.index(step) if step in self.names else len(self.names)
        return self.tokens[index] if index < len(self.tokens) else str(step)


@dataclass
class _Seen:
    """What this session has seen of a draft."""

    prefix: str
    listings: dict[tuple[str, ...], _Listing] = field(default_factory=dict)

    def steps(self, path: Path) -> tuple[str, ...]:
        """The path in tokens."""
        steps: tuple[str, ...] = ()
        for step in path:
            listing = self.listings.get(steps)
            steps = (*steps, listing.token(step) if listing else str(step))
        return steps


def see(draft_id: str, document: Mapping[str, Any]) -> None:
    """Take notice of what the document has by now; call it before its widgets are drawn."""
    seen = _seen(draft_id)
    for place, names in listings(document).items():
        is_of_objects = place[-1] in ("agents", "methods", FIELDS)
        labels = names if is_of_objects else [str(index) for index in range(len(names))]
        seen.listings.setdefault(seen.steps(place), _Listing()).update(names, labels)


def key_of(draft_id: str, path: Path) -> str:
    """The key of the widget at a place: `definition.tasks.0.description`."""
    seen = _seen(draft_id)
    return ".".join([seen.prefix, *seen.steps(path)])


def keep_keys(draft_id: str, new_draft_id: str) -> None:
    """The draft is called `new_draft_id` from now on; its widgets stay what they are."""
    drafts = _drafts()
    if draft_id in drafts:
        drafts[new_draft_id] = drafts.pop(draft_id)


def _seen(draft_id: str) -> _Seen:
    drafts = _drafts()
    if draft_id not in drafts:
        number = remembered(f"{_SEEN}.count", 0) + 1
        remember(f"{_SEEN}.count", number)
        drafts[draft_id] = _Seen("definition" if number == 1 else f"definition~{number}")
    return drafts[draft_id]


def _drafts() -> dict[str, _Seen]:
    drafts: dict[str, _Seen] = remembered(_SEEN, {})
    remember(_SEEN, drafts)
    return drafts
