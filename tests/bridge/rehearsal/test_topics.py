"""What a rehearsal writes about: the inputs, not the template's words."""

from __future__ import annotations

import pytest

from crewlab.bridge.rehearsal.topics import likely_inputs, shortened, topics


@pytest.mark.parametrize(
    ("task", "first"),
    [
        ("Size the market for Heat pumps in Germany. Say which segments grow.", ["Heat pumps", "Germany"]),
        ("Greet Ada Lovelace in one line.", ["Ada Lovelace"]),
        ("Decide by 2027. Start with a recommendation on INC-1187.", ["INC-1187"]),
        ("List the files, then read customers.csv.", ["customers.csv"]),
    ],
)
def test_names_come_before_other_words(task: str, first: list[str]) -> None:
    """No phrase crosses the end of a sentence, none begins with what to do."""
    assert topics(task)[: len(first)] == first
    assert not any("Start" in topic or "Greet" in topic for topic in topics(task))


@pytest.mark.parametrize(
    ("task", "value"),
    [
        ("Triage this.\nTicket: printer 3 is on fire\nBe quick.", "printer 3 is on fire"),
        ("Triage ticket T-1 (Dashboards do not load, Team plan).", "Dashboards do not load"),
        ("Write about 'Nordic Oat' for the board.", "Nordic Oat"),
        ("Review it. Impact: 2,300 customers could not pay. Be brief.", "2,300 customers could not pay"),
    ],
)
def test_labelled_quoted_and_bracketed_values_are_likely_inputs(task: str, value: str) -> None:
    """That is how people write inputs into a template."""
    assert value in likely_inputs(task)


@pytest.mark.parametrize("task", ["", "...", "a of the", "\0", "{}"])
def test_there_is_always_something_to_write_about(task: str) -> None:
    """Also for a task without words."""
    assert topics(task) == likely_inputs(task) == ["the task"]


def test_a_shortened_text_is_one_line_cut_at_a_word() -> None:
    """And says that something is missing."""
    assert shortened("one  two\nthree four", 14) == "one two three…"
    assert shortened("one two", 14) == "one two"
