"""Server-sent events out of bytes that come in any pieces."""

from __future__ import annotations

import pytest

from crewlab.errors import AppUnreachableError
from crewlab.executions.events import StatusChanged
from crewlab.remote.messages import Message, MessageReader, Position

TEXT = 'retry: 1000\nid: 4\n\n: alive\n\nid: 5\ndata: {"a": "x\u2028y"}\n\nevent: end\ndata: {}\n\n'
MESSAGES = [Message("4", "message", ""), Message("5", "message", '{"a": "x\u2028y"}'), Message("", "end", "{}")]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_messages_come_out_whole_however_they_came_in(size):
    """Also when a cut goes through a letter of several bytes; comments are no messages."""
    reader, data = MessageReader(), TEXT.encode()
    found = [one for start in range(0, len(data), size) for one in reader.feed(data[start : start + size])]
    assert found == MESSAGES


def test_half_a_message_is_forgotten_at_a_cut():
    """It comes again, whole, on the next connection."""
    event = StatusChanged(execution_id="e", status="running")
    text = f"id: 7\ndata: {event.model_dump_json()}\n\n".encode()
    position = Position(6)
    assert position.headers["Last-Event-ID"] == "6"
    assert list(position.feed(text[:20])) == []
    assert position.headers["Last-Event-ID"] == "6"
    assert list(position.feed(text)) == [(7, event)]
    assert position.headers["Last-Event-ID"] == "7"


def test_too_many_cuts_in_a_row_are_the_end():
    """Waits grow, and an event in between begins the count anew."""
    position, error = Position(0), AppUnreachableError("gone")
    waits = [position.cut(error) for _ in range(6)]
    assert waits == sorted(waits)
    assert waits[-1] <= 2
    with pytest.raises(AppUnreachableError, match="gone"):
        position.cut(error)
    list(position.feed(b"id: 1\n\n"))
    assert position.cut(error) == waits[0]
