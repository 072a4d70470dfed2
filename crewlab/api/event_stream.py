"""Events as server-sent events. Nothing is kept for a client: the next page is read once it took the last one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING, TypeVar

from pydantic_core import to_json
from starlette.responses import StreamingResponse

from crewlab.api.operation import Call
from crewlab.errors import InputsError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from crewlab.engine.following.stored_events import Following, Numbered

EVENT_STREAM = "text/event-stream"
LAST_EVENT_ID = "Last-Event-ID"
_MOST_DIGITS = 18
"""The store counts with 64 bits."""

_ALIVE = b": alive\n\n"
_END = b"event: end\ndata: {}\n\n"
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

Start = TypeVar("Start", int, int | None)


def event_stream(
    pages: AsyncGenerator[list[Numbered]], following: Following, after: int, first: list[Numbered] | None = None
) -> StreamingResponse:
    """A stream of these pages; it says where it begins, and its end, so that a client can tell that from a cut."""

    async def parts() -> AsyncIterator[bytes]:
        yield b"retry: 1000\nid: %d\n\n" % after + (_told(first) if first else b"")
        async with aclosing(pages):  # a client that left is heard for no longer
            async for page in pages:
                yield _told(page) if page else _ALIVE
        if not following.is_closed:
            yield _END

    return StreamingResponse(parts(), media_type=EVENT_STREAM, headers=_HEADERS)


def last_event_id(call: Call, otherwise: Start) -> int | Start:
    """After which event to begin: what the header says, else `otherwise`. Raises `InputsError`."""
    text = call.headers.get(LAST_EVENT_ID, "").strip()
    if not text:
        return otherwise
    if not text.isdecimal() or len(text) > _MOST_DIGITS:
        raise InputsError(f"{LAST_EVENT_ID}: {text!r} is not the id of an event.", "Send the last `id` as it came.")
    return int(text)


def _told(page: list[Numbered]) -> bytes:
    # JSON escapes line breaks, so that each event is one line.
    return b"".join(b"id: %d\ndata: %s\n\n" % (number, to_json(event)) for number, event in page)
