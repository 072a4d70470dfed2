"""Events of the app as they happen, over connections that are cut."""

from __future__ import annotations

import asyncio
import threading

import pytest

from crewlab.errors import AppUnreachableError, ExecutionNotFoundError, InputsError
from crewlab.remote import connect
from tests.conftest import wait_until
from tests.remote.cutting import Cutting
from tests.remote.test_remote_lab import QUICK, SLOW, crew

CUTS = [30, 700, 900, 1100, 2000]
"""Within the headers, within the first event, and later."""


def long_crew(tasks=12):
    """Many events, a little at a time."""
    llm = {"model": "rehearsal/plain", "latency_seconds": 0.02}
    document = crew(llm, "long")
    one = document["tasks"][0]
    document["tasks"] = [{**one, "name": f"look{number}"} for number in range(tasks)]
    return document


def test_a_stream_that_is_cut_loses_and_doubles_nothing(lab, endpoint, remote):
    """Cut five times while it runs, it brings exactly what is stored, in order."""
    handle = remote.launch(long_crew(), {"topic": "tea"})
    with Cutting(endpoint.url) as way, connect(way.url, endpoint.token) as through:
        way.cut(CUTS)
        found = list(through.follow(handle.execution_id))
        assert way.cuts == len(CUTS)
    assert found == lab.events(handle.execution_id)
    assert found[-1][1].status == "completed"


def test_an_asynchronous_stream_that_is_cut_loses_and_doubles_nothing(lab, endpoint, remote):
    """The same for `async for`, whose loop goes on meanwhile."""
    handle = remote.launch(long_crew(), {"topic": "tea"})

    async def follow(through):
        return [numbered async for numbered in through.afollow(handle.execution_id)]

    with Cutting(endpoint.url) as way, connect(way.url, endpoint.token) as through:
        way.cut(CUTS)
        found = asyncio.run(follow(through))
        assert way.cuts == len(CUTS)
    assert found == lab.events(handle.execution_id)


def test_following_begins_where_it_is_told_to(lab, remote):
    """After an id; and after the last one there is nothing, at once."""
    done = remote.run(crew(QUICK), {"topic": "tea"})
    stored = lab.events(done.execution_id)
    assert list(remote.follow(done.execution_id, stored[2][0])) == stored[3:]
    assert list(remote.follow(done.execution_id, stored[-1][0])) == []
    assert list(lab.follow(done.execution_id, stored[2][0])) == stored[3:]


def test_following_goes_on_with_the_next_attempt(lab, remote):
    """A resumed execution has not ended: its events before and after are one stream."""
    first = remote.run(crew(QUICK), {"topic": "tea"}, max_tokens=1)
    assert first.status == "failed"
    remote.resume(first.execution_id, max_tokens=100_000)
    found = list(remote.follow(first.execution_id))
    assert found[-1][1].status == "completed"
    assert {event.attempt for _, event in found} == {1, 2}


def test_what_is_not_there_cannot_be_followed(remote):
    """The usual error, before anything is streamed."""
    with pytest.raises(ExecutionNotFoundError):
        next(remote.follow("unknown"))


def test_an_app_that_is_gone_ends_the_stream_with_an_error(endpoint, remote, monkeypatch):
    """After some tries, and not by silence."""
    monkeypatch.setattr("crewlab.remote.messages._LONGEST_WAIT_SECONDS", 0.01)
    handle = remote.launch(crew(SLOW), {"topic": "tea"})
    with Cutting(endpoint.url) as way, connect(way.url, endpoint.token) as through:
        way.cut([1] * 50)
        with pytest.raises(AppUnreachableError):
            list(through.follow(handle.execution_id))
    remote.cancel(handle.execution_id)


def test_a_subscriber_hears_of_everything_in_the_app(lab, endpoint, remote):
    """Of the kinds it wants, from now on, whoever launched it, over cuts."""
    lab.run(crew(QUICK), {"topic": "before"})
    heard = []
    with Cutting(endpoint.url) as way, connect(way.url, endpoint.token) as through:
        way.cut([900, 1200, 900])
        with through.subscribe(["task_completed", "task_started"], heard.append) as subscription:
            rows = [{"topic": f"tea {number}"} for number in range(6)]
            done = lab.run_each(crew(QUICK), rows)
            wait_until(lambda: len(heard) >= 12, "all tasks to be heard of")
        assert way.cuts == 3
    assert len(heard) == subscription.delivered == 12
    assert {event.execution_id for event in heard} == {one.execution_id for one in done}


def test_a_slow_or_raising_subscriber_misses_nothing(lab, remote):
    """It is called again for the next event, and counted."""
    go_on, heard = threading.Event(), []

    def handler(event):
        go_on.wait(60)
        heard.append(event.kind)
        raise ValueError(event.kind)

    with remote.subscribe(None, handler) as subscription:
        done = lab.run(crew(QUICK), {"topic": "tea"})
        go_on.set()
        stored = [event.kind for _, event in lab.events(done.execution_id)]
        wait_until(lambda: subscription.failed >= len(stored), "the slow handler to come to the end")
    assert heard == stored
    assert (subscription.failed, subscription.dropped) == (len(stored), 0)
    assert isinstance(subscription.last_error, ValueError)


def test_an_unknown_kind_is_refused_when_it_is_asked_for(remote):
    """As it is beside the store."""
    with pytest.raises(InputsError, match="no_such_kind"):
        remote.subscribe(["no_such_kind"], print)


def test_a_subscription_ends_at_once(remote):
    """Closing does not wait for the next event."""
    subscription = remote.subscribe(None, print)
    subscription.close()
    wait_until(lambda: not subscription._thread.is_alive(), "its thread to end")
