"""What changed between two texts, word by word."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

Op = Literal["same", "added", "removed"]

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_PHRASE = 6
"""Words and gaps in a phrase; a phrase that occurs once in each text anchors them to each other."""
_WORK_LIMIT = 4_000_000
"""Words of one passage times words of the other, above which the passage counts as replaced whole."""


class Span(NamedTuple):
    """A stretch of text and what happened to it; plain text, to be escaped by whoever shows it."""

    op: Op
    text: str


class TextDiff(NamedTuple):
    """The texts as one row of spans: same + removed is the first, same + added the second."""

    spans: tuple[Span, ...]
    note: str
    """What was left out, or empty."""


def word_diff(before: str, after: str, *, limit: int = 200_000) -> TextDiff:
    """Compare two texts word by word, at most `limit` characters of each."""
    note = ""
    if max(len(before), len(after)) > limit:
        note = f"Only the first {limit:,} characters of each text are compared."
        before, after = before[:limit], after[:limit]
    return TextDiff(tuple(_joined(_spans(_WORDS.findall(before), _WORDS.findall(after)))), note)


def _spans(left: list[str], right: list[str]) -> Iterator[Span]:
    """Spans between anchors and of the anchors themselves, in order."""
    i = j = 0
    for start, other in [*_anchors(left, right), (len(left), len(right))]:
        if start < i or other < j:
            continue
        yield from _passage(left[i:start], right[j:other])
        i, j = min(start + _PHRASE, len(left)), min(other + _PHRASE, len(right))
        yield Span("same", "".join(left[start:i]))


def _passage(left: list[str], right: list[str]) -> Iterator[Span]:
    if len(left) * len(right) > _WORK_LIMIT:
        yield from (Span("removed", "".join(left)), Span("added", "".join(right)))
        return
    for op, i1, i2, j1, j2 in SequenceMatcher(None, left, right).get_opcodes():
        if op == "equal":
            yield Span("same", "".join(left[i1:i2]))
        else:
            yield from (Span("removed", "".join(left[i1:i2])), Span("added", "".join(right[j1:j2])))


def _anchors(left: list[str], right: list[str]) -> list[tuple[int, int]]:
    """Places of phrases that occur once in each text: the longest row of them in the same order."""
    ours, theirs = _unique_phrases(left), _unique_phrases(right)
    pairs = [(place, theirs[phrase]) for phrase, place in ours.items() if phrase in theirs]
    return [pairs[index] for index in longest_rising([other for _, other in pairs])]


def _unique_phrases(words: list[str]) -> dict[tuple[str, ...], int]:
    phrases = list(zip(*(words[shift:] for shift in range(_PHRASE)), strict=False))
    counts = Counter(phrases)
    return {phrase: place for place, phrase in enumerate(phrases) if counts[phrase] == 1}


def longest_rising(numbers: Sequence[int]) -> list[int]:
    """Indices of a longest rising subsequence (patience sorting)."""
    tops: list[int] = []
    piles: list[int] = []
    previous: list[int] = []
    for index, number in enumerate(numbers):
        pile = bisect_left(tops, number)
        previous.append(piles[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [number]
        piles[pile : pile + 1] = [index]
    rising: list[int] = []
    index = piles[-1] if piles else -1
    while index >= 0:
        rising.append(index)
        index = previous[index]
    return rising[::-1]


def _joined(spans: Iterator[Span]) -> Iterator[Span]:
    """Neighbours become one, removed before added; empty ones vanish."""
    gathered: dict[Op, str] = {}
    for span in spans:
        if span.text and (span.op == "same") != ("same" in gathered):
            yield from _drained(gathered)
        if span.text:
            gathered[span.op] = gathered.get(span.op, "") + span.text
    yield from _drained(gathered)


def _drained(gathered: dict[Op, str]) -> Iterator[Span]:
    order: tuple[Op, ...] = ("same", "removed", "added")
    yield from (Span(op, gathered[op]) for op in order if op in gathered)
    gathered.clear()
