"""Keys that are written down, references to secrets, and keys that would go to somebody else's server."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from crewlab.definitions.models import model_of, named_llms
from crewlab.definitions.problem import Problem
from crewlab.definitions.providers import PROVIDERS
from crewlab.definitions.rules.safety import objects
from crewlab.definitions.rules.subject import Subject, error, listed, warning
from crewlab.secrets.references import LOOKS_LIKE_ONE, REFERENCE, names_in

_SECRET_FIELD = re.compile(
    r"(x_)?(api_?key|access_?key|private_?key|auth_?token|access_?token|bearer_?token|authorization|password"
    r"|client_?secret|secret|aws_secret_access_key|aws_session_token)",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"\b(bearer|basic|token)\b", re.IGNORECASE)
_URL_FIELDS = ("base_url", "api_base")
_STORE_IT = "Store it under Library > Secrets, and write ${secret:NAME} instead; or leave it out and set the usual key."
_HOSTS = {
    "openai": ("openai.com",),
    "anthropic": ("anthropic.com",),
    "gemini": ("googleapis.com",),
    "azure": ("azure.com",),
    "openrouter": ("openrouter.ai",),
    "deepseek": ("deepseek.com",),
    "cerebras": ("cerebras.ai",),
    "dashscope": ("aliyuncs.com",),
    "deepinfra": ("deepinfra.com",),
    "snowflake": ("snowflakecomputing.com",),
}
"""Where the key of a provider belongs; every subdomain as well."""


def written_keys(subject: Subject) -> Iterable[Problem]:
    """A key in a definition or a launch is stored with it and shown to everyone who can read it."""
    for where, field in _written(subject):
        what = "A key is written here, where every reader, version and execution has it."
        yield error("llm.api_key.written", f"{where}.{field}" if where else field, what, _STORE_IT)


def references(subject: Subject) -> Iterable[Problem]:
    """`${secret:NAME}` names a secret that there is, in a field of a model, the only place where it is filled in."""
    for where, llm in _llms(subject):
        yield from _of_references(subject, where, llm)
    for where, body in objects(subject):
        for field, value in body.items():
            place = f"{where}.{field}"
            if isinstance(value, str) and LOOKS_LIKE_ONE in value and not _is_in_llm(place):
                what = "A secret is filled in within `llm` and `embedder` only; here the text stays as it is written."
                yield warning("secret.elsewhere", place, what, "Remove the reference.")


def foreign_hosts(subject: Subject) -> Iterable[Problem]:
    """A definition must not take the key of a provider to another server unnoticed."""
    for where, llm in [*named_llms(subject.document, subject.overlay), *_embedders(subject)]:
        host = _host(model_of(llm).base_url)
        if host and not _is_here(host):
            for variable in _keys_sent(subject, llm):
                if not _belongs(variable, host):
                    yield _foreign(where, variable, host)


def _foreign(where: str, variable: str, host: str) -> Problem:
    hint = f"Remove the base URL unless you trust {host}. A server of your own: store its key as a secret, and write "
    return warning(
        "llm.key.foreign_host",
        f"{where}.base_url",
        f"{variable} would be sent to {host}.",
        hint + "api_key: ${secret:NAME}.",
    )


def keys_written_in(parameters: Mapping[str, Any]) -> Iterator[str]:
    """The fields of a model, and of the objects among them, that hold a literal key."""
    for field, value in parameters.items():
        if _is_literal_key(str(field), value):
            yield str(field)
        if isinstance(value, Mapping):
            yield from (f"{field}.{inner}" for inner in keys_written_in(value))


def _written(subject: Subject) -> Iterator[tuple[str, str]]:
    """Where a literal key is, and the name of its field."""
    launched = [(where, llm) for where, llm in _launched(subject) if isinstance(llm, Mapping)]
    inner = [(f"{at}.{key}", value) for at, llm in launched for key, value in llm.items() if isinstance(value, Mapping)]
    for where, body in [*objects(subject), *launched, *inner]:
        for field, value in body.items():
            if _is_literal_key(str(field), value):
                yield where, str(field)


def _is_literal_key(field: str, value: Any) -> bool:
    if field in _URL_FIELDS:
        return isinstance(value, str) and "@" in value.partition("://")[2].partition("/")[0]
    if not value or isinstance(value, Mapping) or not _SECRET_FIELD.fullmatch(field.replace("-", "_").lower()):
        return False
    return not isinstance(value, str) or bool(_SCHEME.sub("", REFERENCE.sub("", value)).strip())


def _llms(subject: Subject) -> Iterator[tuple[str, Any]]:
    """Every model that is written down, whether a run would use it or not."""
    yield from ((f"{agent.where}.llm", agent.body.get("llm")) for agent in subject.workers)
    yield from ((field, subject.document.get(field)) for field in ("llm", "manager_llm"))
    yield from ((f"{where}.llm", memory.get("llm")) for where, memory in _memories(subject))
    yield from _launched(subject)
    yield from _embedders(subject)
    yield from named_llms(subject.document, subject.overlay)  # with what their profiles say


def _launched(subject: Subject) -> Iterator[tuple[str, Any]]:
    """The models that the launch names."""
    yield "llm", subject.overlay.llm
    yield from ((f"llms.{agent}", llm) for agent, llm in subject.overlay.llms.items())


def _embedders(subject: Subject) -> Iterator[tuple[str, Any]]:
    """The servers that make vectors of texts, as if they were models."""
    named = [("embedder", subject.document), *((f"{agent.where}.embedder", agent.body) for agent in subject.workers)]
    for where, body in [*named, *((f"{where}.embedder", memory) for where, memory in _memories(subject))]:
        embedder = body.get("embedder")
        config = embedder.get("config") if isinstance(embedder, Mapping) else None
        if isinstance(config, Mapping):
            yield f"{where}.config", {**config, "model": f"openai/{config.get('model')}"}


def _memories(subject: Subject) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Memories that may have a model and an embedder of their own."""
    holders = [("memory", subject.document), *((f"{agent.where}.memory", agent.body) for agent in subject.workers)]
    found = ((where, body.get("memory")) for where, body in holders)
    yield from ((where, memory) for where, memory in found if isinstance(memory, Mapping))


def _of_references(subject: Subject, where: str, llm: Any) -> Iterator[Problem]:
    known = subject.known.secrets
    for name in dict.fromkeys(names_in(llm)):
        if known is not None and name not in known:
            hint = f"Store it under Library > Secrets. Known: {listed(known)}."
            yield error("secret.unknown", where, f"There is no secret {name!r}.", hint)
    if LOOKS_LIKE_ONE in REFERENCE.sub("", str(llm)):
        yield error("secret.reference", where, "A reference to a secret is misspelt.", "Write ${secret:NAME}.")


def _is_in_llm(place: str) -> bool:
    return bool(re.match(r"(agents\.[^.]*\.|manager_agent\.)?(memory\.)?(llm|manager_llm|embedder)(\.|$)", place))


def _host(base_url: str | None) -> str:
    try:
        return (urlsplit(base_url).hostname or "") if base_url else ""
    except ValueError:
        return ""


def _is_here(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _keys_sent(subject: Subject, llm: Any) -> tuple[str, ...]:
    """The usual keys of providers that a call of `llm` would carry: those it refers to, or the one that is set."""
    referred = tuple(dict.fromkeys(names_in(llm)))
    if referred:
        return tuple(name for name in referred if _provider_of(name))
    provider = PROVIDERS.get(model_of(llm).provider or "")
    set_here = subject.known.keys or frozenset()
    return tuple(name for name in (provider.keys if provider else ()) if name in set_here)[:1]


def _provider_of(variable: str) -> str | None:
    return next((name for name, provider in PROVIDERS.items() if variable in provider.keys), None)


def _belongs(variable: str, host: str) -> bool:
    own = _HOSTS.get(_provider_of(variable) or "", ())
    return any(host == name or host.endswith(f".{name}") for name in own)
