"""One limit by a clock of its own."""

from __future__ import annotations

import pytest

from crewlab.bridge.llms.rates import RateLimit
from crewlab.engine.rates.meter import Place, RateMeter


def meter(requests: int | None = None, tokens: int | None = None) -> RateMeter:
    return RateMeter(RateLimit("key", "the crew", requests, tokens), 60.0)


def join(meter: RateMeter, now: float = 0.0, tokens: int = 10) -> Place:
    place = Place(meter, tokens, lambda: None)
    meter.join(place, now)
    return place


def send(meter: RateMeter, now: float = 0.0, tokens: int = 10) -> Place:
    place = join(meter, now, tokens)
    assert place.is_in
    meter.begin(place, now)
    return place


def test_no_minute_holds_more_requests_than_the_limit():
    """The third of two waits until the first is a minute old, to the second."""
    two = meter(requests=2)
    send(two, 0.0), send(two, 10.0)
    third = join(two, 20.0)
    assert not third.is_in
    assert two.admit(20.0) == (third, 40.0)
    two.admit(59.9)
    assert not third.is_in
    two.admit(60.0)
    assert third.is_in


def test_no_minute_holds_more_tokens_than_the_limit():
    """Tokens count as requests do; what does not fit waits until enough have left."""
    hundred = meter(tokens=100)
    send(hundred, 0.0, 60), send(hundred, 5.0, 40)
    waiting = join(hundred, 10.0, 70)
    assert hundred.admit(10.0) == (waiting, 55.0)
    hundred.admit(65.0)
    assert waiting.is_in


def test_nobody_overtakes():
    """A small request does not slip past a large one that waits: the large one would wait for ever."""
    hundred = meter(tokens=100)
    send(hundred, 0.0, 60)
    large, small = join(hundred, 1.0, 90), join(hundred, 2.0, 10)
    assert not large.is_in
    assert not small.is_in
    hundred.admit(60.0)
    assert large.is_in
    assert small.is_in


def test_a_request_larger_than_the_limit_waits_for_an_empty_minute():
    """It could never fit, and is let in all the same."""
    hundred = meter(tokens=100)
    send(hundred, 0.0, 10)
    huge = join(hundred, 1.0, 5000)
    assert not huge.is_in
    hundred.admit(60.0)
    assert huge.is_in


def test_a_minute_begins_when_the_request_is_sent():
    """Who was let in and waits elsewhere holds the place until a minute after it went on."""
    one = meter(requests=1)
    slow = join(one, 0.0)
    follower = join(one, 0.0)
    one.admit(500.0)
    assert not follower.is_in
    one.begin(slow, 500.0)
    one.admit(559.0)
    assert not follower.is_in
    one.admit(560.0)
    assert follower.is_in


@pytest.mark.parametrize("let_in", [True, False])
def test_a_place_that_is_given_up_goes_to_the_next(let_in):
    """Whether it was let in or waited: the next moves up at once."""
    one = meter(requests=1)
    sent = None if let_in else send(one)
    first, second = join(one), join(one)
    one.leave(first, 0.0)
    if sent is not None:
        one.admit(60.0)
    assert second.is_in


def test_what_a_request_used_replaces_the_estimate():
    """Fewer tokens than thought make room at once; what is older than the window is not touched."""
    hundred = meter(tokens=100)
    place = send(hundred, 0.0, 90)
    waiting = join(hundred, 1.0, 50)
    hundred.correct(place, 20)
    hundred.admit(2.0)
    assert waiting.is_in
    hundred.admit(61.0)
    hundred.correct(place, 1000)
    assert hundred.use(61.0).tokens == 50


def test_use_says_what_the_last_minute_used():
    """Requests, tokens, and how many calls wait."""
    two = meter(requests=2)
    send(two, 0.0, 7), send(two, 1.0, 5), join(two, 2.0)
    use = two.use(2.0)
    assert (use.requests, use.requests_per_minute, use.tokens, use.waiting) == (2, 2, 12, 1)


def test_the_expected_wait_counts_those_ahead():
    """With one request a minute the second who waits has two minutes to go."""
    one = meter(requests=1)
    send(one, 0.0)
    first, second = join(one, 0.0), join(one, 0.0)
    assert (one.expected_wait(first, 0.0), one.expected_wait(second, 0.0)) == (60.0, 120.0)
