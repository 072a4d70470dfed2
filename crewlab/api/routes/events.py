"""Routes about events: pages of those that are stored, and streams of them as they come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from crewlab.api.answers import NUMBERED_EVENTS
from crewlab.api.event_stream import EVENT_STREAM, LAST_EVENT_ID, event_stream, last_event_id
from crewlab.api.operation import Call, Operation
from crewlab.api.queries import AllEventsQuery, EventsQuery
from crewlab.engine.following.stored_events import IDLE_SECONDS
from crewlab.engine.following.subscriptions import known_kinds

if TYPE_CHECKING:
    from crewlab.lab import Lab

_HEADERS = {
    "Accept": f"`{EVENT_STREAM}` for a stream.",
    LAST_EVENT_ID: "The id of the last event that was received: a stream goes on after it.",
}
_STREAM = {EVENT_STREAM: "One message per event: its id, and the event as JSON. The last one is `event: end`."}


async def _events(lab: Lab, call: Call) -> Any:
    execution_id, after = call.path["execution_id"], last_event_id(call, call.query.after_event_id)
    if not call.wants(EVENT_STREAM):
        return await run_in_threadpool(lab.events, execution_id, after)
    await run_in_threadpool(lab.execution, execution_id)  # its absence is an answer, not the end of a stream
    pages = lab.following.pages(execution_id, after, IDLE_SECONDS)
    if LAST_EVENT_ID not in call.headers:
        return event_stream(pages, lab.following, after)
    first = await anext(pages, None)  # somebody who comes again for what is over is told to stay away
    return Response(status_code=204) if first is None else event_stream(pages, lab.following, after, first)


async def _all_events(lab: Lab, call: Call) -> Response:
    query: AllEventsQuery = call.query
    kinds = None if query.kinds is None else known_kinds(query.kinds.split(","))
    after = last_event_id(call, query.after_event_id)
    if after is None:  # before the answer begins: from then on the caller misses nothing
        after = await run_in_threadpool(lab.store.events.last_id)
    return event_stream(lab.following.all_pages(kinds, after, IDLE_SECONDS), lab.following, after)


OPERATIONS = (
    Operation(
        "GET",
        "/executions/{execution_id}/events",
        "Its events in order: a page of at most 1,000, each with its id, or a stream until it has come to rest",
        _events,
        NUMBERED_EVENTS,
        query=EventsQuery,
        media=_STREAM,
        headers=_HEADERS,
    ),
    Operation(
        "GET",
        "/events",
        "The events of all executions from now on, or after an id, as a stream without an end",
        _all_events,
        query=AllEventsQuery,
        media=_STREAM,
        headers={LAST_EVENT_ID: _HEADERS[LAST_EVENT_ID]},
    ),
)
