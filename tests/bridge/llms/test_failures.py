"""Why a request failed, in one sentence; whether sending it again may help."""

from __future__ import annotations

import json
import ssl
from typing import Any

import pytest

from crewlab.bridge import load

load()

import httpx  # noqa: E402 - beside openai
import openai  # noqa: E402 - after load(), which settles crewAI's environment

from crewlab.bridge.llms.failures import failure_of, is_too_long  # noqa: E402 - as above

REQUEST = httpx.Request("POST", "http://models.example:8080/v1/chat/completions")


def refused(code: int, body: Any = None, **headers: str) -> openai.APIStatusError:
    return openai.APIStatusError("refused", response=httpx.Response(code, headers=headers, request=REQUEST), body=body)


def explained(error: Exception) -> Any:
    return failure_of(error, "openai/any", 30.0)


@pytest.mark.parametrize(
    ("error", "part", "may_pass"),
    [
        (refused(401), "refused the key", False),
        (refused(404), "does not know the model", False),
        (refused(400, {"message": "bad temperature."}), "bad temperature", False),
        (refused(429), "rate limited", True),
        (refused(502), "failed (HTTP 502)", True),
        (openai.APITimeoutError(REQUEST), "did not answer within 30 s", True),
        (TimeoutError(), "did not answer within 30 s", True),
        (openai.APIConnectionError(request=REQUEST), "at models.example:8080 cannot be reached", True),
        (ConnectionRefusedError(), "cannot be reached", True),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number"), "no TLS connection", False),
        (httpx.RemoteProtocolError("peer closed"), "broke off", True),
        (json.JSONDecodeError("x", "y", 0), "cannot be read", False),
        (RuntimeError("odd"), "odd", False),
    ],
)
def test_each_kind_of_failure_has_its_sentence(error, part, may_pass):
    """The sentence names the model and what happened."""
    failure = explained(error)
    assert part in failure.message
    assert "openai/any" in failure.message
    assert failure.may_pass is may_pass


def test_the_first_cause_counts_however_deep():
    """crewAI wraps what the client raised; the status is found below."""
    wrapped = ValueError("wrapped")
    wrapped.__cause__ = refused(503)
    assert explained(wrapped).status == 503


def test_no_credit_is_not_a_rate_limit():
    """A 429 for an empty account is final, and says so."""
    error = refused(429, {"code": "insufficient_quota", "message": "no"})
    assert not explained(error).may_pass
    assert "no credit" in explained(error).message


@pytest.mark.parametrize(("value", "seconds"), [("7", 7.0), ("0.5", 0.5), ("-3", 0.0), ("Wed, 21 Oct 2026", None)])
def test_retry_after_is_read_in_seconds(value, seconds):
    """Negative is now; a date is ignored."""
    assert explained(refused(429, **{"Retry-After": value})).retry_after_seconds == seconds


def test_a_prompt_that_does_not_fit_is_recognised():
    """By what providers say, whatever the class."""
    assert is_too_long(RuntimeError("This model's maximum context length is 8 tokens"))
    assert not is_too_long(refused(500))


def test_a_failure_says_how_often_it_was_tried():
    """One request needs no count."""
    failure = explained(refused(503))
    assert "tried" not in str(failure.as_error(1))
    assert "It was tried 4 times." in str(failure.as_error(4))
