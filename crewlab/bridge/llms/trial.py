"""Trying a model out: one short question, once."""

from __future__ import annotations

import asyncio
import time
from contextvars import Context
from dataclasses import dataclass, field
from typing import Any

from crewai.events.types.llm_events import LLMCallCompletedEvent
from crewai.llms.base_llm import BaseLLM

from crewlab.bridge.contract import Credentials, Llm
from crewlab.bridge.llms.failures import failure_of, hint_while_trying, told_by_provider
from crewlab.bridge.llms.models import make_llm
from crewlab.bridge.llms.tokens import Tokens
from crewlab.bridge.silence import enter_context
from crewlab.definitions.models import model_of
from crewlab.errors import BuildError
from crewlab.executions.identity import new_id
from crewlab.executions.model_test import ModelTest

_QUESTION = "Reply with one short sentence that says you are ready."
_MASK = "•••"
_MOST = 500
_MOST_RAW, _MOST_CAUSES = 4000, 5


@dataclass(frozen=True)
class _Access:
    credentials: Credentials = field(repr=False)
    model_timeout_seconds: float


async def test_model(llm: Llm, *, credentials: Credentials, timeout_seconds: float) -> ModelTest:
    """Ask a model one short question, once; a failure is a result, not an exception.

    The answer, the seconds it took and the tokens it used; or a sentence with the provider's own words, and a hint.
    """
    # A context of its own: what silences crewAI here must not silence the caller.
    return await asyncio.create_task(_tried(llm, _Access(credentials, timeout_seconds)), context=Context())


async def _tried(llm: Llm, access: _Access) -> ModelTest:
    tokens = Tokens()
    enter_context(new_id(), lambda _source, event: _count(event, tokens))
    started = time.monotonic()
    try:
        made = make_llm(llm, access)
    except BuildError as error:
        return ModelTest(False, time.monotonic() - started, error=error.message, hint=error.hint)
    try:
        async with asyncio.timeout(access.model_timeout_seconds):
            answer = await made.acall([{"role": "user", "content": _QUESTION}])
    except Exception as error:  # noqa: BLE001 - a provider's client may raise anything; all of it is a failed test
        return _failed(error, made, llm, access, time.monotonic() - started)
    return _answered(str(answer).strip(), time.monotonic() - started, tokens)


def _count(event: Any, tokens: Tokens) -> None:
    if isinstance(event, LLMCallCompletedEvent):
        tokens.add(event.usage)


def _answered(answer: str, latency_seconds: float, tokens: Tokens) -> ModelTest:
    used = (tokens.input, tokens.output)
    if answer:
        return ModelTest(True, latency_seconds, answer, "", "", *used)
    hint = "Is the base URL that of an OpenAI-compatible server? It often ends in /v1."
    return ModelTest(False, latency_seconds, "", "The model sent an empty answer.", hint, *used)


def _failed(error: Exception, made: BaseLLM, llm: Llm, access: _Access, latency_seconds: float) -> ModelTest:
    """The failure in a sentence, then in the provider's own words with the key masked."""
    failure = failure_of(error, model_of(llm).model, access.model_timeout_seconds)
    said = told_by_provider(error).replace(made.api_key or _MASK, _MASK)[:_MOST]
    is_known = said.rstrip(".") in failure.message or isinstance(error, UnicodeError)
    told = "" if is_known else f" It said: {said}"
    return ModelTest(
        False,
        latency_seconds,
        error=failure.message + told,
        hint=hint_while_trying(failure),
        raw_error=_raw(error).replace(made.api_key or _MASK, _MASK)[:_MOST_RAW],
    )


def _raw(error: BaseException) -> str:
    """The error and what caused it, in the client's own words."""
    lines: list[str] = []
    current: BaseException | None = error
    while current is not None and len(lines) < _MOST_CAUSES:
        lines.append(f"{type(current).__module__}.{type(current).__qualname__}: {current}")
        current = current.__cause__ or current.__context__
    return "\n".join(dict.fromkeys(lines))
