"""From a model as a document names it to an LLM that crewAI can call."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import OrderedDict
from typing import Any
from weakref import WeakKeyDictionary

from crewai.llms.base_llm import BaseLLM
from pydantic import ValidationError

from crewlab.bridge.contract import Llm, ModelAccess
from crewlab.bridge.providers import PROVIDERS, client_class, provider_of
from crewlab.bridge.rehearsal import RehearsalLLM
from crewlab.bridge.rehearsal_text import VOICES
from crewlab.errors import MissingCredentialError, UnknownModelError

_MOST_PER_LOOP = 64
_made: WeakKeyDictionary[asyncio.AbstractEventLoop, OrderedDict[str, BaseLLM]] = WeakKeyDictionary()
"""LLMs by configuration, for each loop: an async client must not be shared between loops."""


def make_llm(llm: Llm, access: ModelAccess) -> BaseLLM:
    """The LLM for `llm`; inside a running loop, the same one for the same configuration and key.

    Raises:
        MissingCredentialError: The key that the model needs is not set.
        UnknownModelError: No provider serves the model string on this machine, or its parameters are wrong.
    """
    parameters = {"model": llm} if isinstance(llm, str) else dict(llm)
    name = str(parameters.pop("model", "") or "")
    if name.startswith("rehearsal/"):
        return _kept(name, parameters, lambda: _rehearsal(name, parameters))
    configured = _configured(name, parameters, access)
    return _kept(name, configured, lambda: _client(name, configured))


def forget_loop(loop: asyncio.AbstractEventLoop) -> list[BaseLLM]:
    """Drop the LLMs that were made on `loop`, which is about to close; the caller may close their clients."""
    return list(_made.pop(loop, OrderedDict()).values())


async def close_models() -> None:
    """Close the HTTP clients of every LLM made on the running loop; call before the loop ends."""
    for llm in forget_loop(asyncio.get_running_loop()):
        for client in (getattr(llm, "_client", None), getattr(llm, "_async_client", None)):
            close = getattr(client, "close", None)
            result = close() if callable(close) else None
            if asyncio.iscoroutine(result):
                await result


def _kept(name: str, parameters: dict[str, Any], make: Any) -> BaseLLM:
    try:
        made = _made.setdefault(asyncio.get_running_loop(), OrderedDict())
    except RuntimeError:  # no loop runs here, so there is none to keep the client for
        return make()
    key = _fingerprint(name, parameters)
    if key not in made:
        made[key] = make()
    made.move_to_end(key)
    if len(made) > _MOST_PER_LOOP:
        made.popitem(last=False)
    return made[key]


def _fingerprint(name: str, parameters: dict[str, Any]) -> str:
    """Equal configurations have equal fingerprints; no key can be read out of one."""
    text = json.dumps([name, parameters], sort_keys=True, default=repr)
    return hashlib.sha256(text.encode()).hexdigest()


def _rehearsal(name: str, parameters: dict[str, Any]) -> BaseLLM:
    voice = name.partition("/")[2]
    if voice not in VOICES:
        raise UnknownModelError(f"There is no rehearsal model {name!r}.", f"The voices are {', '.join(VOICES)}.")
    return _built(RehearsalLLM, name, parameters | {"model": name, "provider": "rehearsal"})


def _configured(name: str, parameters: dict[str, Any], access: ModelAccess) -> dict[str, Any]:
    """`parameters` with the provider, the key, the time limit, and no retries but ours."""
    provider = provider_of(name, parameters.pop("provider", None))
    configured = {"timeout": access.model_timeout_seconds, **parameters, "max_retries": 0, "provider": provider}
    if parameters.get("base_url") and provider == "openai":
        configured["custom_openai"] = True
    configured["api_key"] = _key(name, provider, parameters, access)
    return {field: value for field, value in configured.items() if value is not None}


def _key(name: str, provider: str, parameters: dict[str, Any], access: ModelAccess) -> str | None:
    """The key for the provider; a server of one's own (`base_url`) may well do without."""
    variable = str(parameters.get("api_key_variable") or PROVIDERS[provider].variable)
    key = parameters.get("api_key") or (access.credentials(variable) if variable else None)
    if key or not variable:
        return key
    if parameters.get("base_url") or not PROVIDERS[provider].needs_key:
        return "not-needed"
    raise MissingCredentialError(variable, f"The model {name!r}")


def _client(name: str, configured: dict[str, Any]) -> BaseLLM:
    cls = client_class(configured["provider"])
    prefix, _, rest = name.partition("/")
    model = rest if prefix in PROVIDERS and rest else name
    unknown = {"timeout", "max_retries", "custom_openai"} - set(cls.model_fields)
    fields = {field: value for field, value in configured.items() if field not in unknown}
    return _built(cls, name, fields | {"model": model})


def _built(cls: type[BaseLLM], name: str, fields: dict[str, Any]) -> BaseLLM:
    try:
        return cls(**fields)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "model"
        raise UnknownModelError(f"The model {name!r} cannot be used: {where}: {first['msg']}.") from None
