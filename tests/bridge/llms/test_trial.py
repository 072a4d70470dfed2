"""Testing a model before using it: one request, and the truth about it."""

from __future__ import annotations

import time
from typing import Any

import pytest

from crewlab.bridge.llms.trial import test_model as try_model
from crewlab.executions.model_test import ModelTest
from tests.bridge.quiet import run_quietly
from tests.model_server import ModelServer, Step, drop, garbage, hang, say, status

SECRET = "sk-very-secret"


def tried(server: ModelServer, *steps: Step, seconds: float = 60, **llm: Any) -> ModelTest:
    server.script(*steps)
    asked = {"model": "openai/mine", "base_url": server.url, **llm}
    return run_quietly(lambda: try_model(asked, credentials=lambda _: SECRET, timeout_seconds=seconds))[0]


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    """The client is imported by its first request, which takes longer than the time limit of these tests."""
    with ModelServer() as server:
        asked = {"model": "openai/mine", "base_url": server.url}
        run_quietly(lambda: try_model(asked, credentials=lambda _: SECRET, timeout_seconds=60))


def test_a_model_that_works_says_so() -> None:
    """The answer, how long it took, and the tokens that the server reported."""
    with ModelServer(latency_seconds=0.1) as server:
        began = time.monotonic()
        result = tried(server, say("Ready."))
        took = time.monotonic() - began
        used = (server.usage.input_tokens, server.usage.output_tokens)
    assert (result.ok, result.answer) == (True, "Ready.")
    assert 0.1 <= result.latency_seconds <= took
    assert (result.input_tokens, result.output_tokens) == used


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (status(401, f"Incorrect API key provided: {SECRET}"), "refused the key"),
        (status(404), "does not know the model"),
        (status(429), "rate limited"),
        (status(500), "failed (HTTP 500)"),
        (garbage(), "cannot be read"),
        (hang(), "did not answer within 0.5 s"),
        (drop(), "broke off"),
        (say(""), "cannot be read"),
    ],
    ids=["401", "404", "429", "500", "garbage", "hang", "drop", "empty"],
)
def test_a_model_that_does_not_work_says_why_after_one_request(step: Step, words: str) -> None:
    """A sentence and a hint, without the key, and nothing is sent twice."""
    with ModelServer() as server:
        result = tried(server, step, seconds=0.5 if step == hang() else 60)
        assert len(server.requests) == 1 or step == hang()  # which may not even arrive in its time
    assert not result.ok
    assert words in result.error or "empty answer" in result.error
    assert result.hint
    assert SECRET not in result.error


def test_the_provider_is_quoted_in_its_own_words() -> None:
    """Its sentence, not the Python object around it; and no advice to try what is being tried."""
    with ModelServer() as server:
        result = tried(server, status(401, "Incorrect API key provided."))
    assert result.error.endswith("It said: Incorrect API key provided")
    assert "{" not in result.error
    assert result.hint == "Check the key."


def test_a_key_that_no_request_can_carry() -> None:
    """A key with a letter outside of ASCII, say from the environment, is named as the cause."""
    with ModelServer() as server:
        result = tried(server, api_key="schlüssel")
    assert "has a character that keys cannot have" in result.error
    assert "codec" not in result.error


def test_a_streamed_answer_that_is_no_answer_is_a_failure() -> None:
    """A page of HTML with status 200 does not pass for a model."""
    with ModelServer() as server:
        result = tried(server, garbage(), stream=True)
    assert not result.ok


def test_a_missing_key_is_a_result() -> None:
    """Nothing is sent, and the variable is named."""
    result, _ = run_quietly(lambda: try_model("openai/gpt-4o", credentials=lambda _: None, timeout_seconds=1))
    assert not result.ok
    assert "OPENAI_API_KEY" in result.error
