"""Choices that repeat."""

from __future__ import annotations

from collections import Counter

from crewlab.bridge.rehearsal.draws import Draws


def test_the_same_text_draws_the_same() -> None:
    """For as long as anybody asks."""
    one, other = Draws("text"), Draws("text")
    assert [one.number(1000) for _ in range(200)] == [other.number(1000) for _ in range(200)]
    assert one.mark == other.mark


def test_other_texts_draw_differently() -> None:
    """Also such as cannot be encoded."""
    texts = ["", "a", "b", "\ud800", "\0"]
    assert len({tuple(Draws(text).number(1000) for _ in range(20)) for text in texts}) == len(texts)


def test_choices_are_even() -> None:
    """Each of four choices gets about a quarter, and shares stay below 1."""
    counts = Counter(Draws(f"text {number}").pick("abcd") for number in range(4000))
    assert all(850 < count < 1150 for count in counts.values())
    assert all(0 <= Draws(f"text {number}").share() < 1 for number in range(1000))
