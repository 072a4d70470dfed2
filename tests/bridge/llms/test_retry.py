"""The one retry layer, counted at a real server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crewlab.bridge.llms.retry import RetryPolicy
from crewlab.errors import ModelCallError
from crewlab.executions.events import ModelCallCompleted, ModelCallFailed, ModelCallRetried
from tests.bridge.attempts import Attempt, one_task, run
from tests.model_server import ModelServer, Step, drop, garbage, hang, say, status


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


def attempt(server: ModelServer, *steps: Step, stream: bool = False, **changes) -> Attempt:
    server.script(*steps)
    return run(one_task({"model": "openai/any", "base_url": server.url, "stream": stream}), **changes)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("code", "requests"), [(400, 1), (401, 1), (403, 1), (404, 1), (422, 1), (429, 3), (500, 3), (503, 3)]
)
def test_a_status_is_sent_as_often_as_it_makes_sense(server, code, requests, stream):
    """Refusals that will not pass cost one request, those that may pass cost `model_attempts`, and no more."""
    ended = attempt(server, *[status(code)] * 9, stream=stream)
    assert len(server.requests) == requests
    assert isinstance(ended.error, ModelCallError)
    assert ended.error.status == code
    assert ended.error.hint
    assert [event.retries for event in ended.of(ModelCallFailed)] == [requests - 1]
    assert [event.status for event in ended.of(ModelCallRetried)] == [code] * (requests - 1)


@pytest.mark.parametrize("step", [status(429), status(502), drop()])
def test_a_call_that_passes_at_the_second_request_completes(server, step):
    """One bad request is a retry on the call, and nothing more."""
    ended = attempt(server, step)
    assert ended.error is None
    assert [call.retries for call in ended.of(ModelCallCompleted)] == [1]
    assert len(server.requests) == 2


def test_a_stream_that_breaks_is_asked_for_again(server):
    """Half an answer is not an answer."""
    ended = attempt(server, drop(after_chunks=2), stream=True)
    assert ended.error is None
    assert len(server.requests) == 2
    assert ended.of(ModelCallCompleted)[0].output_tokens == server.usage.output_tokens


def test_a_server_that_hangs_is_given_up_after_the_time_limit(server):
    """Every request gets `model_timeout_seconds`; then the error says so."""
    ended = attempt(server, *[hang()] * 3, model_timeout_seconds=0.2)
    assert isinstance(ended.error, ModelCallError)
    assert "did not answer within 0.2 s" in ended.error.message
    assert len(ended.of(ModelCallRetried)) == 2
    assert len(server.requests) <= 3, "a slow machine may not get each of them there in time"


def test_a_call_that_hangs_once_completes(server):
    """The next request is not late because the one before it was."""
    attempt(server)  # the first call imports the client
    ended = attempt(server, hang(), model_timeout_seconds=0.5, model_attempts=8)
    assert ended.error is None
    assert ended.of(ModelCallCompleted)[0].retries >= 1


def test_the_server_says_how_long_to_wait(server):
    """Retry-After is waited for instead of our own backoff."""
    ended = attempt(server, status(429, retry_after=0.3))
    assert [event.wait_seconds for event in ended.of(ModelCallRetried)] == [0.3]
    assert server.requests[1].at - server.requests[0].at >= 0.3


def test_a_server_that_wants_hours_has_failed(server):
    """Nobody waits for a Retry-After of an hour."""
    ended = attempt(server, *[status(429, retry_after=3600)] * 3)
    assert isinstance(ended.error, ModelCallError)
    assert len(server.requests) == 1


def test_waits_grow(server):
    """Without Retry-After each wait is about twice the one before."""
    ended = attempt(server, *[status(500)] * 4, model_attempts=4)
    first, second, third = (event.wait_seconds for event in ended.of(ModelCallRetried))
    assert 0.008 <= first <= 0.012
    assert first < second < third


@pytest.mark.parametrize("stream", [False, True])
def test_garbage_is_one_clear_sentence(server, stream):
    """A body that is not a model's answer is not asked for again."""
    ended = attempt(server, garbage(), stream=stream)
    assert isinstance(ended.error, ModelCallError)
    assert "cannot be read" in ended.error.message
    assert "/v1" in ended.error.hint
    assert len(server.requests) == 1
    assert ended.of(ModelCallFailed)[0].input_tokens is None


def test_a_server_that_is_down_is_named(server):
    """Connection refused says which model's server, and what to check."""
    server.close()
    ended = attempt(server)
    assert isinstance(ended.error, ModelCallError)
    assert f"at 127.0.0.1:{server.port} cannot be reached" in ended.error.message
    assert len(ended.of(ModelCallRetried)) == 2


def test_guardrail_and_converter_calls_are_retried_the_same_way(server):
    """Every purpose goes through the same layer."""
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    document = one_task({"model": "openai/any", "base_url": server.url}, output_json=schema)
    server.script(say("no json here"), status(500), say('{"n": 3}'))
    ended = run(document)
    assert ended.outcomes[0].output_json == {"n": 3}
    assert [(call.purpose, call.retries) for call in ended.of(ModelCallCompleted)] == [("agent", 0), ("converter", 1)]


def test_the_key_is_not_in_the_error(server):
    """What a provider quotes back never reaches an error, its traceback or an event."""
    key = "sk-very-secret-0123456789"
    server.script(status(401, f"Incorrect API key provided: {key}"))
    ended = run(one_task({"model": "openai/any", "base_url": server.url, "api_key": key}))
    assert isinstance(ended.error, ModelCallError)
    assert key not in str(ended.error)
    assert all(key not in event.model_dump_json() for event in ended.events)


@pytest.mark.parametrize(
    ("said", "kept"), [(120, 120.0), (0.5, 0.5), (None, 30.0), ("soon", 30.0), (True, 30.0), (0, 30.0)]
)
def test_a_model_may_have_a_time_limit_of_its_own(said: object, kept: float) -> None:
    """Longer or shorter than the setting; what is no number of seconds changes nothing."""
    assert RetryPolicy(1, 0.0, 30.0).with_timeout(said).timeout_seconds == kept
