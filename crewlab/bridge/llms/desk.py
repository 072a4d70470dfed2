"""Hands out the models of one attempt."""

from __future__ import annotations

import asyncio
import functools
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from crewlab.bridge.contract import BuildRequest, Llm
from crewlab.bridge.journal import Journal
from crewlab.bridge.llms.models import make_llm
from crewlab.bridge.llms.pace import UNLIMITED, Pace
from crewlab.bridge.llms.rates import RateLimit
from crewlab.bridge.llms.recorded import RecordedModel
from crewlab.bridge.llms.retry import RetryPolicy
from crewlab.bridge.llms.taped import TapedModel
from crewlab.executions.events import Purpose

if TYPE_CHECKING:
    from crewai.llms.base_llm import BaseLLM

    from crewlab.definitions.library.model_profiles import ModelProfile
    from crewlab.definitions.library.prices import PriceTable
    from crewlab.definitions.overlay import Chosen

_ITEM = re.compile(r"\[\d+\](?=\.)")
"""Of an agent that works within each: for all items it is one."""
_SECRET = re.compile(r"(key|secret|password|credential|authorization|headers?|_token)$", re.IGNORECASE)


class ModelDesk:
    """Makes the model of an agent from what the document and the launch say; all share journal, prices and policy."""

    def __init__(self, request: BuildRequest, journal: Journal) -> None:
        self.journal = journal
        self.prices: PriceTable = request.prices
        self.policy = RetryPolicy(request.model_attempts, request.retry_wait_seconds, request.model_timeout_seconds)
        self._request, self._overlay = request, request.overlay

    async def until_stored(self) -> None:
        """What is paid for belongs to something that the next process would know of. Raises `StoreError`."""
        stored = self._request.stored
        if stored is not None and not stored.done():
            await asyncio.shield(asyncio.wrap_future(stored))  # it is not ours to cancel
        self.require_stored()

    def require_stored(self) -> None:
        """`until_stored` on a thread that may block."""
        self._request.require_stored()

    def model_for(
        self,
        llm: Llm,
        *,
        agent: str | None,
        purpose: Purpose = "agent",
        max_rpm: int | None = None,
        max_tokens: int | None = None,
    ) -> RecordedModel:
        """The model `llm`, or the launch's own choice, for `agent`, who may ask it `max_rpm` times a minute.

        Its answers have at most `max_tokens`, unless the model itself says how long they may be.

        Raises:
            MissingCredentialError: The key that the model needs is not set.
            UnknownModelError: No provider serves it on this machine.
        """
        return self._made(_bounded(self._overlay.choose(agent, llm), max_tokens), agent, purpose, max_rpm)

    def own_model_for(self, llm: Llm, *, agent: str | None, purpose: Purpose) -> RecordedModel:
        """The model or the profile `llm`, whatever the launch chose. Raises as `model_for` does."""
        return self._made(self._overlay.resolved(llm), agent, purpose, None)

    def _made(self, chosen: Chosen, agent: str | None, purpose: Purpose, max_rpm: int | None) -> RecordedModel:
        llm: Llm = chosen.llm
        parameters = {} if isinstance(llm, str) else shown(llm)
        name = llm if isinstance(llm, str) else str(llm.get("model", ""))
        profile = {"profile": chosen.profile.name} if chosen.profile else {}
        return RecordedModel.around(
            self._inner(llm, name, parameters),
            self,
            name=name,
            agent=agent,
            purpose=purpose,
            parameters={**profile, **parameters},
            pace=self._pace(name, agent, max_rpm, chosen.profile),
        )

    def _pace(self, model: str, agent: str | None, max_rpm: int | None, profile: ModelProfile | None) -> Pace:
        """Every limit that concerns the agent, shared by all its clones; a recording is played at any speed."""
        request = self._request
        if request.rate_limiter is None or (request.cassette is not None and request.cassette.cassette.needs_no_model):
            return UNLIMITED
        crew_rpm = request.document.get("max_rpm")
        who = _ITEM.sub("", agent or "")
        own = [
            max_rpm and RateLimit(f"{request.execution_id} agent {who}", f"the agent {who!r}", max_rpm),
            crew_rpm and RateLimit(f"{request.execution_id} crew", "the crew", int(crew_rpm)),
            profile and limit_of(profile),
            request.model_limit(model),
        ]
        return Pace([limit for limit in own if limit], request.rate_limiter)

    def _inner(self, llm: Llm, name: str, parameters: dict[str, Any]) -> BaseLLM:
        """The provider's client, or the cassette's stand-in for it."""
        if self._request.cassette is None:
            return make_llm(llm, self._request)
        make = functools.partial(make_llm, llm, self._request)
        return TapedModel.around(make, self._request.cassette, name=name, parameters=parameters)


def _bounded(chosen: Chosen, max_tokens: int | None) -> Chosen:
    """The model with a longest answer, where one is wanted and it has none of its own."""
    llm = {"model": chosen.llm} if isinstance(chosen.llm, str) else chosen.llm
    if max_tokens is None or any(llm.get(name) for name in ("max_tokens", "max_completion_tokens")):
        return chosen
    return replace(chosen, llm={**llm, "max_tokens": max_tokens})


def limit_of(profile: ModelProfile) -> RateLimit | None:
    """What all executions together may ask of the model of a profile; `None` is as much as they like."""
    if profile.requests_per_minute is None and profile.tokens_per_minute is None:
        return None
    what = f"the model profile {profile.name!r}"
    return RateLimit(f"profile {profile.name}", what, profile.requests_per_minute, profile.tokens_per_minute)


def shown(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a model that may be kept and shown: nothing that could be a secret."""
    return {
        name: without_userinfo(value) if name in ("base_url", "api_base") else value
        for name, value in parameters.items()
        if name != "model" and not _SECRET.search(name)
    }


def without_userinfo(url: Any) -> Any:
    """`url` without user, password and query."""
    if not isinstance(url, str):
        return url
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
