"""Secrets that a document from elsewhere would have sent to a server that it names: left out until a person agrees."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from crewlab.secrets.references import names_in

_ADDRESSES = ("base_url", "api_base", "url", "endpoint")
_HERE = ("localhost", "127.0.0.1", "::1")


def secrets_sent(document: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The names of the secrets by the server that would be given them; servers on this machine are left out."""
    found: dict[str, dict[str, None]] = {}
    for host, secrets in _sent(document):
        found.setdefault(host, {}).update(dict.fromkeys(secrets))
    return {host: tuple(secrets) for host, secrets in found.items()}


def without_sent_secrets(document: Mapping[str, Any], agreed: Collection[str]) -> dict[str, Any]:
    """The document without the fields that give a secret to a server that nobody has agreed to."""
    return {key: _without(value, agreed) for key, value in document.items()}


def _sent(value: Any) -> Iterator[tuple[str, list[str]]]:
    if isinstance(value, Mapping):
        host = _host(value)
        secrets = list(names_in(value)) if host else []
        if host and secrets:
            yield host, secrets
        for item in value.values():
            yield from _sent(item)
    elif isinstance(value, list):
        for item in value:
            yield from _sent(item)


def _without(value: Any, agreed: Collection[str]) -> Any:
    if isinstance(value, list):
        return [_without(item, agreed) for item in value]
    if not isinstance(value, Mapping):
        return value
    host = _host(value)
    kept = {key: item for key, item in value.items() if not host or host in agreed or not any(names_in(item))}
    return {key: _without(item, agreed) for key, item in kept.items()}


def _host(value: Mapping[str, Any]) -> str:
    """The server elsewhere that an object names."""
    address = next((item for name in _ADDRESSES if isinstance(item := value.get(name), str) and item), "")
    try:
        host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
    except ValueError:
        host = address[:80]
    return "" if host in _HERE else host
