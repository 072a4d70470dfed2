"""Runs a coroutine as an attempt does: a loop of its own, a context of its own, crewAI silent, events collected."""

from __future__ import annotations

import asyncio
import contextvars
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from crewlab.bridge.llms.models import close_models
from crewlab.bridge.scope import QUIET
from crewlab.bridge.silence import enter_context

T = TypeVar("T")


def run_quietly(make: Callable[[], Coroutine[Any, Any, T]]) -> tuple[T, list[Any]]:
    """The result of `make()` and the crewAI events that it emitted, in order."""
    events: list[Any] = []

    async def inside() -> T:
        enter_context("execution-1", lambda _source, event: events.append(event))
        QUIET.set(False)  # here somebody reads what crewAI says, chunks too
        try:
            return await make()
        finally:
            await close_models()

    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        return contextvars.Context().run(asyncio.run, inside()), events
    finally:
        logging.disable(before)
