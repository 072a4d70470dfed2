"""LLMs that the cache let go: their connections are closed when nobody uses them any more, not before."""

from __future__ import annotations

import asyncio
import gc
import weakref
from typing import Any

import pytest

from crewlab.bridge.llms import models
from crewlab.bridge.llms.dropped import close_when_unused, closers_of
from crewlab.bridge.llms.models import close_models, make_llm
from tests.bridge.llms.test_models import MESSAGES, WITH_KEYS
from tests.bridge.quiet import run_quietly
from tests.model_server import ModelServer


def client_of(llm: Any) -> Any:
    return llm._async_client


async def until_closed(client: Any) -> None:
    for _ in range(1000):
        if client.is_closed():
            return
        await asyncio.sleep(0)
    pytest.fail("The client was not closed.")


def test_an_evicted_model_is_closed_once_it_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever holds it can still call it; afterwards its sockets are gone."""
    monkeypatch.setattr(models, "_MOST_PER_LOOP", 1)

    async def evict() -> None:
        with ModelServer() as server:
            held = make_llm({"model": "openai/first", "base_url": server.url}, WITH_KEYS)
            client = client_of(held)
            make_llm({"model": "openai/second", "base_url": server.url}, WITH_KEYS)
            assert await held.acall(MESSAGES)
            assert not client.is_closed()
            gone = weakref.ref(held)
            del held
            gc.collect()
            assert gone() is None
            await until_closed(client)
            await close_models()

    run_quietly(evict)


def test_the_end_of_a_loop_closes_what_is_still_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Evicted or not: nothing outlives the loop that it belongs to."""
    monkeypatch.setattr(models, "_MOST_PER_LOOP", 1)

    async def end() -> list[bool]:
        made = [make_llm({"model": f"openai/{n}", "base_url": "http://127.0.0.1:9/v1"}, WITH_KEYS) for n in range(3)]
        await close_models()
        return [client_of(llm).is_closed() for llm in made]

    assert run_quietly(end)[0] == [True] * 3


def test_a_model_with_closers_of_its_own_is_closed_by_them() -> None:
    """Some providers keep their connections elsewhere."""

    class Own:
        def closers(self) -> list[Any]:
            return [lambda: closed.append("here")]

    closed: list[str] = []

    async def drop() -> None:
        own = Own()
        assert len(closers_of(own)) == 1  # type: ignore[arg-type]  # stands for a client
        close_when_unused(own)  # type: ignore[arg-type]  # stands for a client
        await close_models()

    run_quietly(drop)
    assert closed == ["here"]
