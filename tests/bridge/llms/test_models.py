"""Models from documents: the right client, one per configuration and loop, keys kept to themselves."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from crewai.llms.base_llm import BaseLLM
from crewai.llms.providers.openai.completion import OpenAICompletion

from crewlab.bridge.llms.models import make_llm
from crewlab.bridge.llms.providers import CLIENTS
from crewlab.bridge.rehearsal.llm import RehearsalLLM
from crewlab.definitions.providers import PROVIDERS, REHEARSAL
from crewlab.errors import MissingCredentialError, UnknownModelError
from tests.bridge.quiet import run_quietly
from tests.model_server import ModelServer, status, together

SECRET = "sk-very-secret"
MESSAGES = [{"role": "user", "content": "Say hello to Ada"}]


@dataclass(frozen=True)
class Access:
    """What `make_llm` may use."""

    credentials: Callable[[str], str | None]
    model_timeout_seconds: float = 60.0


WITH_KEYS = Access(lambda variable: SECRET)
WITHOUT_KEYS = Access(lambda variable: None)


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """The keys and URLs of this machine are not there."""
    for variable in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE", "ANTHROPIC_API_KEY"):
        monkeypatch.delenv(variable, raising=False)


def own_server(server: ModelServer, **parameters: Any) -> dict[str, Any]:
    return {"model": "openai/my-model", "base_url": server.url, **parameters}


def test_an_openai_model_at_a_base_url_is_called_through_crewais_own_client() -> None:
    """The prefix is taken off, parameters are sent, no key is needed."""
    with ModelServer() as server:

        async def call() -> str:
            llm = make_llm(own_server(server, temperature=0.3), WITHOUT_KEYS)
            assert isinstance(llm, OpenAICompletion)
            return str(await llm.acall(MESSAGES))

        answer, events = run_quietly(call)
        request = server.requests[0]
    assert "Ada" in answer
    assert (request.body["model"], request.body["temperature"]) == ("my-model", 0.3)
    assert request.headers["authorization"] == "Bearer not-needed"
    assert events[-1].usage["prompt_tokens"] == server.usage.input_tokens


def test_a_key_that_is_known_is_sent() -> None:
    """The injected lookup is where keys come from."""
    with ModelServer(require_key=SECRET) as server:
        run_quietly(lambda: make_llm(own_server(server), WITH_KEYS).acall(MESSAGES))
        assert server.statuses == {200: 1}


@pytest.mark.parametrize("code", [429, 500])
def test_the_client_itself_never_sends_twice(code: int) -> None:
    """Retrying is the bridge's, in one place."""
    with ModelServer() as server:
        server.script(status(code, retry_after=0))

        async def call() -> None:
            with pytest.raises(Exception, match=str(code)):
                await make_llm(own_server(server), WITHOUT_KEYS).acall(MESSAGES)

        run_quietly(call)
        assert len(server.requests) == 1


def test_counting_tokens_asks_nobody_and_warns_nobody(caplog: pytest.LogCaptureFixture) -> None:
    """crewAI's own count sends a blocking request or logs a warning for every call."""
    with ModelServer() as server, caplog.at_level(logging.WARNING):

        async def count() -> int:
            return make_llm(own_server(server), WITHOUT_KEYS).get_input_tokens_count(MESSAGES)

        assert run_quietly(count)[0] == 4
        assert not server.requests
    assert not caplog.records


def test_a_configuration_is_made_once_per_loop() -> None:
    """An async client is never shared between loops, and not made anew for every crew."""
    made: list[BaseLLM] = []

    async def twice() -> bool:
        llm = {"model": "openai/x", "base_url": "http://127.0.0.1:9/v1"}
        made.append(make_llm(llm, WITH_KEYS))
        return made[-1] is make_llm(dict(llm), WITH_KEYS)

    assert run_quietly(twice)[0]
    assert run_quietly(twice)[0]
    assert made[0] is not made[1]


def test_another_key_or_parameter_makes_another_model() -> None:
    """Nobody calls with somebody else's key."""

    async def make() -> int:
        llm = {"model": "openai/x", "base_url": "http://127.0.0.1:9/v1"}
        warmer = {**llm, "temperature": 1.0}
        return len({id(make_llm(one, access)) for one in (llm, warmer) for access in (WITH_KEYS, WITHOUT_KEYS)})

    assert run_quietly(make)[0] == 4


@pytest.mark.parametrize("llm", ["openai/gpt-4o", {"model": "openai/x", "base_url": "http://127.0.0.1:9/v1"}])
def test_a_key_is_not_printed(llm: Any) -> None:
    """Neither `repr` nor `str` of a model shows it."""
    made = make_llm(llm, WITH_KEYS)
    assert SECRET not in f"{made!r} {made}"


def test_events_of_a_refused_key_do_not_carry_it() -> None:
    """What is recorded of a failed call has no key in it."""
    with ModelServer(require_key="another") as server:

        async def call() -> None:
            with pytest.raises(Exception, match="401"):
                await make_llm(own_server(server), WITH_KEYS).acall(MESSAGES)

        _, events = run_quietly(call)
    assert events
    assert not [event for event in events if SECRET in str(event.to_json())]


def test_a_missing_key_is_named() -> None:
    """The sentence says which variable to set."""
    with pytest.raises(MissingCredentialError, match="ANTHROPIC_API_KEY") as failure:
        make_llm("anthropic/claude-sonnet-4-5", WITHOUT_KEYS)
    assert failure.value.variable == "ANTHROPIC_API_KEY"


def test_a_missing_package_is_named_with_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra of crewAI that brings it."""
    monkeypatch.setitem(CLIENTS, "bedrock", "crewlab.no_such_module:Client")
    with pytest.raises(UnknownModelError, match="not installed") as failure:
        make_llm("bedrock/anthropic.claude-sonnet-4", WITH_KEYS)
    line = failure.value.hint
    assert f" 'crewai[bedrock]=={version('crewai')}'" in line
    assert line.startswith("Install it with: ")
    assert Path(sys.executable).name in line


@pytest.mark.parametrize("llm", ["nobody/model", "openai/not-a-known-name", "", {}, {"model": 3}])
def test_a_model_that_nobody_serves_is_an_error_with_a_way_out(llm: Any) -> None:
    """The hint says how to name a server of one's own."""
    with pytest.raises(UnknownModelError) as failure:
        make_llm(llm, WITH_KEYS)
    assert "base_url" in failure.value.hint


def test_a_parameter_of_the_wrong_type_is_named() -> None:
    """Not a validation report: one sentence."""
    with pytest.raises(UnknownModelError, match=r"temperature: .*number"):
        make_llm({"model": "openai/gpt-4o", "temperature": "hot"}, WITH_KEYS)


def test_a_rehearsal_takes_its_parameters_from_the_document() -> None:
    """Latency, error rate and seed."""
    made = make_llm(
        {"model": "rehearsal/terse", "latency_seconds": 0.5, "error_rate": 0.1, "seed": 7, "stream": True}, WITHOUT_KEYS
    )
    assert isinstance(made, RehearsalLLM)
    assert (made.voice, made.latency_seconds, made.error_rate, made.seed, made.stream) == ("terse", 0.5, 0.1, 7, True)


def test_an_unknown_voice_is_an_error_that_lists_the_voices() -> None:
    """A misspelt voice does not speak like another."""
    with pytest.raises(UnknownModelError, match="loud") as failure:
        make_llm("rehearsal/loud", WITHOUT_KEYS)
    assert "plain" in failure.value.hint


def test_every_provider_that_definitions_accept_has_a_client() -> None:
    """The two tables name the same providers."""
    assert set(CLIENTS) == set(PROVIDERS) - {REHEARSAL}


def test_a_hundred_calls_at_a_time_share_one_client() -> None:
    """The client of a loop is as wide as the loop."""
    with ModelServer() as server:
        server.script(*together(100))

        async def calls() -> None:
            llm = make_llm(own_server(server), WITHOUT_KEYS)
            await asyncio.gather(*(llm.acall(MESSAGES) for _ in range(100)))

        run_quietly(calls)
        assert server.most_at_once == 100


def test_a_reference_to_a_secret_is_filled_in_for_the_request_only() -> None:
    """The key goes out in the header; the document still says its name, and a missing one is named."""
    document = {"model": "openai/mine", "base_url": "http://127.0.0.1:9/v1", "api_key": "${secret:MY_SERVER}"}
    values = Access({"MY_SERVER": SECRET}.get)
    assert make_llm(document, values).api_key == SECRET
    assert document["api_key"] == "${secret:MY_SERVER}"
    with pytest.raises(MissingCredentialError) as caught:
        make_llm(document, WITHOUT_KEYS)
    assert caught.value.variable == "MY_SERVER"
