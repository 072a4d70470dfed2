"""Differences as a person reads them: `agents.researcher.llm: a → b`, edges by their ends, prompts by word."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from crewlab.definitions.diff.changes import Change, path_parts
from crewlab.definitions.diff.words import Span, word_diff
from crewlab.definitions.flows.triggers import trigger_of
from crewlab.errors import DocumentError

SHORT = 60
"""Texts up to so many characters are shown whole, before and after; longer ones by word."""
MOST_CHARACTERS = 200
_KEPT = 5
"""Words that stay around a change, so that one knows where it is."""
_PARTS = ("agents", "tasks", "steps", "state", "definitions")


class Told(NamedTuple):
    """One difference for people."""

    change: Change
    what: str
    """What became of it: `added`, `a → b`, `renamed from a`; empty where `spans` say it."""
    spans: tuple[Span, ...] = ()
    """A long text word by word."""

    def __str__(self) -> str:
        said = self.what or "".join(_MARKS[span.op].format(span.text) for span in shortened(self.spans))
        return f"{self.change.path}: {said}"


_MARKS = {"same": "{}", "added": "[+{}+]", "removed": "[-{}-]"}


def told(change: Change, renames: Mapping[str, str] | None = None) -> Told:
    """One difference as a person reads it; an edge to a part that was renamed since is the same edge."""
    before, after = change.before, change.after
    if change.kind == "renamed":
        return Told(change, f"renamed from {before}")
    if change.kind == "moved":
        return Told(change, f"moved from place {before} to place {after}")
    if is_part(change):
        return Told(change, "; ".join([change.kind, *_edges_of_part(change)]))
    if edges := "; ".join(_edges(change, renames or {})):
        return Told(change, edges)
    if isinstance(before, str) and isinstance(after, str) and max(len(before), len(after)) > SHORT:
        return Told(change, "", word_diff(before, after).spans)
    return Told(change, f"{value_text(before)} → {value_text(after)}")


def renames_of(changes: Iterable[Change]) -> dict[str, str]:
    """What each renamed part is called now."""
    return {str(change.before): str(change.after) for change in changes if change.kind == "renamed"}


def is_part(change: Change) -> bool:
    """Whether an agent, a task, a step, a field of the state or a definition came or went as a whole."""
    *above, kind, _ = ["", "", *path_parts(change.path)]
    value = change.after if change.kind == "added" else change.before
    if change.kind not in ("added", "removed") or kind not in _PARTS or not isinstance(value, Mapping):
        return False
    return not any(above) or above[-1] == "with" or above[-2] == "definitions"


def value_text(value: Any) -> str:
    """A value in a line."""
    if value is None or value == "":
        return "nothing"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    flat = " ".join(text.split())
    return flat if len(flat) <= MOST_CHARACTERS else f"{flat[: MOST_CHARACTERS - 1]}…"


def shortened(spans: Iterable[Span]) -> Iterator[Span]:
    """The spans with long stretches that are the same cut down to the words next to a change."""
    every = list(spans)
    for number, span in enumerate(every):
        words = span.text.split(" ")
        if span.op != "same" or len(words) <= 2 * _KEPT + 1:
            yield span
            continue
        head = words[:_KEPT] if number > 0 else []
        tail = words[-_KEPT:] if number < len(every) - 1 else []
        yield Span("same", " ".join([*head, "…", *tail]))


def _edges(change: Change, renames: Mapping[str, str]) -> Iterator[str]:
    """What a task or step is given by others: each edge that came or went, named by its two ends."""
    *_, part, field = ["", *path_parts(change.path)]
    ends_of = _ENDS.get(field)
    before, after = (ends_of(value) if ends_of else None for value in (change.before, change.after))
    if before is None or after is None:
        return
    if field != "context":
        yield f"{_trigger_text(change.before)} → {_trigger_text(change.after)}"
    old = [renames.get(name, name) for name in before]
    yield from (f"edge {name} → {part} removed" for name in old if name not in after)
    yield from (f"edge {name} → {part} added" for name in after if name not in old)


def _edges_of_part(change: Change) -> Iterator[str]:
    """The edges that came or went with a task or a step."""
    name, body = path_parts(change.path)[-1], change.after if change.kind == "added" else change.before
    for field, ends_of in _ENDS.items():
        yield from (f"edge {other} → {name} {change.kind}" for other in ends_of(body.get(field)) or ())


def _context_names(value: Any) -> tuple[str, ...] | None:
    """The tasks of a context; an absent one stands for all before, which are no edges that anybody wrote."""
    is_list = isinstance(value, list) and all(isinstance(name, str) for name in value)
    return tuple(value) if is_list else None


def _trigger_names(value: Any) -> tuple[str, ...] | None:
    try:
        trigger = trigger_of(value)
    except DocumentError:
        return None
    return trigger.names if trigger else ()


_ENDS: Mapping[str, Callable[[Any], tuple[str, ...] | None]] = {
    "context": _context_names,
    "listen": _trigger_names,
    "start": _trigger_names,
}
"""Who hands something on, or sets something off, by the field that says so."""


def _trigger_text(value: Any) -> str:
    return "at the start" if value is True else str(trigger_of(value) or "nothing")
