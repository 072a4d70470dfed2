"""Word diffs."""

from __future__ import annotations

import random
import time
from itertools import pairwise

import pytest

from crewlab.definitions.diff.words import Span, word_diff


def sides(before: str, after: str, limit: int = 200_000) -> tuple[str, str]:
    spans = word_diff(before, after, limit=limit).spans
    return (
        "".join(span.text for span in spans if span.op != "added"),
        "".join(span.text for span in spans if span.op != "removed"),
    )


def test_a_changed_word_is_all_that_changes():
    """The words around a change stay the same."""
    assert word_diff("the old cat sat", "the new cat sat").spans == (
        Span("same", "the "), Span("removed", "old"), Span("added", "new"), Span("same", " cat sat"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("", "new"),
        ("old", ""),
        ("same", "same"),
        ("a\r\nb", "a\nb"),
        ("<b>&", "<i>&"),
        ("日本 語", "日本 人"),
    ],
)
def test_both_texts_can_be_put_together_again(before, after):
    """Nothing is lost or made up, whitespace and markup included."""
    assert sides(before, after) == (before, after)


@pytest.mark.parametrize("seed", range(20))
def test_random_edits_can_be_put_together_again(seed):
    """The spans are both texts, for edits anywhere and words that repeat a lot."""
    chance = random.Random(seed)
    words = [chance.choice(["alpha", "beta", "gamma", "delta", ".", ",", "\n"]) for _ in range(400)]
    edited = [chance.choice([word, word, word, "", "omega", word + " " + word]) for word in words]
    before, after = " ".join(words), " ".join(edited)
    assert sides(before, after) == (before, after)


def test_neighbouring_spans_differ():
    """A renderer gets as few pieces as possible."""
    spans = word_diff("a b c d e f g h", "a x c y e f q h").spans
    assert all(left.op != right.op for left, right in pairwise(spans))


def test_long_texts_are_cut_with_a_note():
    """Beyond the limit nothing is compared, and the reader is told."""
    diff = word_diff("a " * 50, "a " * 60, limit=10)
    assert sides("a " * 50, "a " * 60, limit=10) == ("a " * 5, "a " * 5)
    assert "first 10 characters" in diff.note
    assert word_diff("a", "b").note == ""


def test_large_texts_take_a_moment_not_minutes():
    """200 kB with an edit every 20 words: a plain word matcher takes 20 s, this one well under 2."""
    chance = random.Random(7)
    words = [f"word{chance.randrange(3000)}" for _ in range(20_000)]
    edited = ["EDIT" if place % 20 == 0 else word for place, word in enumerate(words)]
    started = time.thread_time()
    diff = word_diff(" ".join(words), " ".join(edited))
    assert time.thread_time() - started < 2
    assert [span.text for span in diff.spans if span.op == "added"] == ["EDIT"] * 1000
