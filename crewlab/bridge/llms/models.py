"""From a model as a document names it to an LLM that crewAI can call."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from crewai.llms.base_llm import BaseLLM
from pydantic import ValidationError

from crewlab.bridge.contract import Llm, ModelAccess
from crewlab.bridge.llms import dropped
from crewlab.bridge.llms.dropped import closed, closers_of
from crewlab.bridge.llms.providers import CLIENTS, client_class
from crewlab.bridge.rehearsal.llm import RehearsalLLM
from crewlab.bridge.rehearsal.text import VOICES
from crewlab.definitions.models import ModelChoice, key_variables, model_of
from crewlab.definitions.providers import ALIASES, PROVIDERS
from crewlab.errors import MissingCredentialError, UnknownModelError
from crewlab.secrets.references import filled

_MOST_PER_LOOP = 64
_NO_KEY = "not-needed"
_PREFIXES = PROVIDERS.keys() | ALIASES.keys()
_made: WeakKeyDictionary[asyncio.AbstractEventLoop, OrderedDict[str, BaseLLM]] = WeakKeyDictionary()
"""LLMs by configuration, for each loop: an async client must not be shared between loops."""


def make_llm(llm: Llm, access: ModelAccess) -> BaseLLM:
    """The LLM for `llm`; inside a running loop, the same one for the same configuration and key.

    Raises:
        MissingCredentialError: The key that the model needs is not set.
        UnknownModelError: No provider serves the model string on this machine, or its parameters are wrong.
    """
    llm = filled(llm, partial(_secret, access=access))
    choice = model_of(llm)
    if choice.is_rehearsal:
        return _kept(choice.model, choice.parameters, _rehearsal)
    if choice.provider not in CLIENTS:
        raise _unknown(choice)
    return _kept(choice.model, _configured(llm, choice, access), _client)


def _secret(name: str, access: ModelAccess) -> str:
    value = access.credentials(name)
    if value is None:
        raise MissingCredentialError(name, "A model of the definition")
    return value


async def close_models() -> None:
    """Close the HTTP clients of every LLM made on the running loop; call before the loop ends."""
    loop = asyncio.get_running_loop()
    for llm in _made.pop(loop, OrderedDict()).values():
        await closed(closers_of(llm))
    await dropped.close_all(loop)


def _kept(name: str, parameters: Mapping[str, Any], make: Callable[[str, Mapping[str, Any]], BaseLLM]) -> BaseLLM:
    try:
        made = _made.setdefault(asyncio.get_running_loop(), OrderedDict())
    except RuntimeError:  # no loop runs here, so there is none to keep a client for
        return make(name, parameters)
    key = _fingerprint(name, parameters)
    if key not in made:
        made[key] = make(name, parameters)
    made.move_to_end(key)
    if len(made) > _MOST_PER_LOOP:
        _, evicted = made.popitem(last=False)
        dropped.close_when_unused(evicted)
    return made[key]


def _fingerprint(name: str, parameters: Mapping[str, Any]) -> str:
    """Equal configurations have equal fingerprints, and no key can be read out of one."""
    text = json.dumps([name, dict(parameters)], sort_keys=True, default=repr)
    return hashlib.sha256(text.encode()).hexdigest()


def _rehearsal(name: str, parameters: Mapping[str, Any]) -> BaseLLM:
    voice = name.partition("/")[2] or "plain"
    if voice not in VOICES:
        raise UnknownModelError(f"There is no rehearsal model {name!r}.", f"The voices are {', '.join(VOICES)}.")
    return _built(RehearsalLLM, name, {**parameters, "model": f"rehearsal/{voice}", "provider": "rehearsal"})


def _configured(llm: Llm, choice: ModelChoice, access: ModelAccess) -> dict[str, Any]:
    """The fields of the client: parameters of the document, the key, the time limit, and no retries but ours."""
    own_server = choice.provider == "openai" and choice.base_url
    configured = {
        "timeout": access.model_timeout_seconds,
        **choice.parameters,
        "model": choice.model,
        "provider": choice.provider,
        "base_url": choice.base_url,
        "api_key": _key(llm, choice, access),
        **(_account(access) if choice.provider == "bedrock" else {}),
        "max_retries": 0,
        "custom_openai": True if own_server else None,
    }
    return {field: value for field, value in configured.items() if value is not None}


def _key(llm: Llm, choice: ModelChoice, access: ModelAccess) -> str | None:
    """The key that the document brings or the machine has; a server of one's own may do without."""
    given = llm.get("api_key") if isinstance(llm, dict) else None
    known = PROVIDERS[choice.provider or ""].keys
    found = given or next((value for name in known if (value := access.credentials(name))), None)
    needed = key_variables(llm)
    if not found and needed:
        raise MissingCredentialError(needed[0], f"The model {choice.model!r}")
    return found or (None if choice.provider == "bedrock" else _NO_KEY)


def _account(access: ModelAccess) -> dict[str, str | None]:
    """What Amazon calls a key, where it is set or stored; otherwise the SDK looks where it always does."""
    names = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
    found = {name: access.credentials(name.upper()) for name in names}
    return found if found["aws_access_key_id"] else {}


def _client(name: str, configured: Mapping[str, Any]) -> BaseLLM:
    cls = client_class(configured["provider"])
    ours = {"timeout", "max_retries", "custom_openai"} - set(cls.model_fields)
    fields = {field: value for field, value in configured.items() if field not in ours}
    prefix, _, rest = name.partition("/")
    is_prefixed = rest and prefix.lower() in _PREFIXES
    return _built(cls, name, {**fields, "model": rest if is_prefixed else name})


def _built(cls: type[BaseLLM], name: str, fields: Mapping[str, Any]) -> BaseLLM:
    try:
        return cls(**fields)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "model"
        problem = first["msg"].rstrip(".")
        raise UnknownModelError(f"The model {name!r} cannot be used: {where}: {problem}.") from None


def _unknown(choice: ModelChoice) -> UnknownModelError:
    prefixes = ", ".join(sorted(CLIENTS))
    return UnknownModelError(
        f"No provider serves the model {choice.model!r}." if choice.model else "A model has no name.",
        "For a server that speaks the OpenAI protocol write openai/<model> with a base_url; "
        f"otherwise begin with one of {prefixes}; rehearsal/plain needs no model at all.",
    )
