"""When a model may be asked, and which of its parameters may be kept and shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest

from crewlab.bridge import load
from crewlab.bridge.contract import BuildRequest
from crewlab.bridge.journal import Journal
from crewlab.definitions.memory import EmbedderDocument
from crewlab.errors import StoreError
from crewlab.executions.events import BaseEvent, ModelCallStarted
from tests.bridge.attempts import in_context, one_task, opened, request_for, run

load()

from crewlab.bridge.llms.desk import ModelDesk, shown  # noqa: E402 - after load(), which settles crewAI's environment
from crewlab.bridge.recollection.embedders import embedder_for  # noqa: E402 - as above


class Awaited(Future[None]):
    """Tells when somebody waits for it."""

    def __init__(self) -> None:
        super().__init__()
        self.is_awaited = asyncio.Event()

    def add_done_callback(self, function: Callable[[Future[None]], object]) -> None:
        self.is_awaited.set()
        super().add_done_callback(function)


def test_no_model_is_asked_before_the_execution_is_stored():
    """A task is made ready meanwhile; its call has not begun, and lasts no longer for it."""
    stored = Awaited()
    asked: list[bool] = []

    async def two_looks(attempt) -> None:
        async with opened(one_task(), {"topic": "tea"}, stored=stored, record=attempt.events.append) as crew:
            working = asyncio.create_task(crew.run_task(0, {}))
            waiting = asyncio.create_task(stored.is_awaited.wait())
            await asyncio.wait({waiting, working}, return_when=asyncio.FIRST_COMPLETED)
            asked.append(_is_asked(attempt.events))
            stored.set_result(None)
            await working
            asked.append(_is_asked(attempt.events))

    assert in_context(two_looks).error is None
    assert asked == [False, True]


def _is_asked(events: list[BaseEvent]) -> bool:
    return any(isinstance(event, ModelCallStarted) for event in events)


def test_no_model_is_asked_for_what_cannot_be_stored():
    """The task fails, and says why."""
    ended = run(one_task(), {"topic": "tea"}, stored=_refused())
    assert "The disk is gone." in str(ended.error)
    assert not _is_asked(ended.events)


def _refused() -> Future[None]:
    stored: Future[None] = Future()
    stored.set_exception(StoreError("The disk is gone.", "Look for it."))
    return stored


def _from_a_thread(request: BuildRequest, journal: Journal) -> Any:
    return ModelDesk(request, journal).model_for("rehearsal/plain", agent=None).call("Hello?")


def _embedded(request: BuildRequest, journal: Journal) -> Any:
    config = {"base_url": "http://localhost:9/v1", "model": "small"}
    document = EmbedderDocument.model_validate({"provider": "openai", "config": config})
    return embedder_for(document, request, journal, offline=None).embed(["Hello?"])  # type: ignore[arg-type]  # not used


@pytest.mark.parametrize("ask", [_from_a_thread, _embedded])
def test_nothing_is_asked_from_threads_for_what_cannot_be_stored(ask: Callable[[BuildRequest, Journal], Any]):
    """As on the loop."""
    events: list[BaseEvent] = []
    with pytest.raises(StoreError, match="The disk is gone"):
        ask(request_for(one_task(), stored=_refused()), Journal(events.append, "execution-1", 1))
    assert events == []


@pytest.mark.parametrize(
    "name",
    ["api_key", "aws_secret_access_key", "password", "default_headers", "extra_headers", "Authorization", "auth_token"],
)
def test_what_could_be_a_secret_is_left_out(name):
    """By the name of the parameter."""
    assert shown({name: "s3cret", "temperature": 0.1}) == {"temperature": 0.1}


def test_what_tells_calls_apart_is_kept():
    """Numbers, switches and limits, also those whose names only look secret."""
    kept = {"temperature": 0, "max_tokens": 9, "seed": 7, "stream": True, "reasoning_effort": "low"}
    assert shown({"model": "openai/m", **kept}) == kept


def test_an_address_is_kept_without_user_and_query():
    """They may hold a password or a key."""
    shown_parameters = shown({"base_url": "https://me:pw@models.example:8443/v1?key=1"})
    assert shown_parameters == {"base_url": "https://models.example:8443/v1"}
