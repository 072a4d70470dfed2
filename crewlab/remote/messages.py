"""Server-sent events as they arrive, and where to go on after a cut."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

from crewlab.errors import AppUnreachableError
from crewlab.executions.events import EVENT, BaseEvent

_MOST_CUTS = 6
"""Cuts in a row, without an event between them, until the app counts as gone."""
_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 0.05, 2.0


class Message(NamedTuple):
    """One server-sent event."""

    id: str
    event: str
    data: str


class MessageReader:
    """Takes bytes in whatever pieces they come, and gives each message once it is whole."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, part: bytes) -> Iterator[Message]:
        """The messages that this part completes; comments are none."""
        *whole, self._rest = (self._rest + part).split(b"\n\n")
        for text in whole:
            if fields := dict(_fields(text.decode("utf-8"))):
                yield Message(fields.get("id", ""), fields.get("event", "message"), fields.get("data", ""))


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """Only a line feed ends a line: JSON may hold the other separators that `splitlines` knows."""
    for line in text.split("\n"):
        name, colon, value = line.partition(":")
        if name and colon:
            yield name, value.removeprefix(" ")


class Position:
    """How far a stream of events was read, over all the connections that it takes."""

    def __init__(self, after_event_id: int) -> None:
        self.last_id = after_event_id
        self.is_over = False
        self._reader = MessageReader()
        self._cuts = 0

    @property
    def headers(self) -> dict[str, str]:
        """What to ask with, to go on from here; a message that was cut in two comes again."""
        self._reader = MessageReader()
        return {"Accept": "text/event-stream"} | ({"Last-Event-ID": str(self.last_id)} if self.last_id else {})

    def feed(self, part: bytes) -> Iterator[tuple[int, BaseEvent]]:
        """The events that this part completes."""
        for message in self._reader.feed(part):
            if message.event == "end":
                self.is_over = True
            elif message.id:
                self.last_id, self._cuts = int(message.id), 0
                if message.data:  # else the stream says where it begins
                    yield self.last_id, EVENT.validate_python(json.loads(message.data))

    def cut(self, error: AppUnreachableError) -> float:
        """Seconds to wait before asking again. Raises `error` after too many cuts in a row."""
        self._cuts += 1
        if self._cuts > _MOST_CUTS:
            raise error
        return min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * pow(3.0, self._cuts - 1))
