"""A model that misbehaves ends an execution with one clear sentence, and nothing else is affected."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from crewlab.errors import CrewLabError
from crewlab.executions.execution import Execution
from crewlab.lab import Lab
from crewlab.settings import Settings
from tests.acceptance import crews
from tests.model_server import ModelServer, Step, garbage, hang, status


@pytest.fixture
def settings(data: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Two requests at the most, and short waits, so that failures come quickly."""
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
    return Settings(data=data, model_attempts=2, retry_wait_seconds=0.01)


def run_beside_a_good_one(settings: Settings, base_url: str) -> Execution:
    """Run a crew on the bad server; an execution beside it has to complete."""
    with Lab.open(settings=settings) as lab:
        good = lab.launch(crews.chain({"model": "rehearsal/plain", "latency_seconds": 0.1}, "good"), {"topic": "tea"})
        bad = lab.run(crews.chain(crews.llm(base_url), "bad"), {"topic": "tea"})
        assert good.wait().status == "completed"
    return bad


@pytest.mark.parametrize(
    ("step", "requests", "word"),
    [
        (status(401), 1, "key"),
        (status(404), 1, "model"),
        (status(429, retry_after=0), 2, "limit"),
        (status(500), 2, "server"),
        (garbage(), 2, "answer"),
    ],
    ids=["401", "404", "429", "500", "garbage"],
)
def test_a_misbehaving_server_fails_the_execution_clearly(step: Step, requests: int, word: str, settings: Settings):
    """The status is truthful, the sentence says what happened, the hint what to do, and requests are counted."""
    with ModelServer() as server:
        server.script(*[step] * 4)
        bad = run_beside_a_good_one(settings, server.url)
        sent = len(server.requests)
    assert bad.status == "failed"
    assert bad.error is not None
    assert word in f"{bad.error.title} {bad.error.message} {bad.error.hint}".lower()
    assert bad.error.hint
    assert "\n" not in bad.error.message
    assert sent in ({1, 2} if step == garbage() else {requests})


def test_a_server_that_hangs_is_given_up_after_the_seconds_of_the_settings(settings: Settings):
    """How many requests it gets to see within them is up to the machine."""
    with ModelServer() as server:
        server.script(hang(), hang())
        with Lab.open(settings=settings.model_copy(update={"model_timeout_seconds": 0.1})) as lab:
            bad = lab.run(crews.chain(crews.llm(server.url), "bad"), {"topic": "tea"})
        assert len(server.requests) <= 2
    assert bad.status == "failed"
    assert bad.error is not None
    assert "did not answer within 0.1 s" in bad.error.message
    assert bad.error.hint


def test_a_server_that_is_down_fails_the_execution_clearly(settings: Settings):
    """Nobody listens on the port: the address is named."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        bad = run_beside_a_good_one(settings, url)
    assert bad.status == "failed"
    assert bad.error is not None
    assert url.split("/")[2] in bad.error.message + bad.error.hint


def test_an_unknown_model_never_starts(settings: Settings):
    """A model string that nobody serves is refused before anything is queued."""
    with Lab.open(settings=settings) as lab:
        with pytest.raises(CrewLabError, match="nonsense/model"):
            lab.run(crews.chain({"model": "nonsense/model"}, "one"), {"topic": "tea"})
        assert lab.executions() == []


def test_a_missing_key_never_starts(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    """The variable is named, so that a person can set it."""
    monkeypatch.delenv("OPENAI_API_KEY")
    with Lab.open(settings=settings) as lab, pytest.raises(CrewLabError, match="OPENAI_API_KEY"):
        lab.run(crews.chain({"model": "openai/gpt-4o-mini"}, "one"), {"topic": "tea"})
