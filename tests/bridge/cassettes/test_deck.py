"""Which recording answers which request."""

from __future__ import annotations

from pathlib import Path

import pytest

from crewlab.bridge.cassettes.deck import Deck
from crewlab.bridge.cassettes.recording import Answer, Recording, tool_request
from crewlab.bridge.cassettes.tape import Tape
from crewlab.errors import CassetteMissError
from crewlab.executions.cassette import Cassette

LOOK = tool_request("look", {"at": "door"})


@pytest.fixture
def tape(tmp_path: Path) -> Tape:
    return Tape(tmp_path / "one.jsonl", str)


def say(tape: Tape, text: str, *, row: int | None = None, task: str | None = None) -> None:
    tape.add(Recording(kind="tool_call", request=LOOK, answer=Answer(text=text), row=row, task=task))


def deck(tape: Tape, *, row: int | None = None, live: bool = False) -> Deck:
    return Deck(Cassette.replay("one", on_miss="live" if live else "error"), tape, row, str)


def heard(from_deck: Deck, task: str | None = None) -> str | None:
    found = from_deck.answer("tool_call", LOOK, task)
    return None if found is None else found.answer.text


def test_equal_requests_are_answered_in_the_order_of_recording(tape: Tape):
    """Each attempt hears the tape from its beginning; one request more than was recorded is a miss."""
    say(tape, "first")
    say(tape, "second")
    one, other = deck(tape), deck(tape)
    assert [heard(one), heard(other), heard(one), heard(other)] == ["first", "first", "second", "second"]
    with pytest.raises(CassetteMissError, match="recorded 2 times, and is asked once more"):
        heard(one)


def test_the_same_row_and_task_come_first(tape: Tape):
    """Rows and tasks that ask alike get their own answers again."""
    say(tape, "row 1", row=1, task="a")
    say(tape, "row 2, task b", row=2, task="b")
    say(tape, "row 2, task a", row=2, task="a")
    assert heard(deck(tape, row=2), "a") == "row 2, task a"
    assert heard(deck(tape, row=2), "c") == "row 2, task b"
    assert heard(deck(tape, row=9), "c") == "row 1"


def test_live_means_ask(tape: Tape):
    """What is missing is left to the caller, who keeps the answer; this attempt does not hear it again."""
    live = deck(tape, live=True)
    assert heard(live) is None
    live.keep(Recording(kind="tool_call", request=LOOK, answer=Answer(text="new")))
    assert heard(live) is None
    assert heard(deck(tape)) == "new"


def test_recording_never_answers(tape: Tape):
    """A recording asks for everything, also for what is on the tape already."""
    say(tape, "old")
    assert heard(Deck(Cassette.record("one"), tape, None, str)) is None


def test_an_empty_cassette_says_that_it_is(tape: Tape):
    """Nothing to compare with."""
    with pytest.raises(CassetteMissError, match="holds no tool call at all"):
        heard(deck(tape))
