"""Which route the rehearsal model takes in a conversation: the one whose description shares words with the message."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

_ROUTE = re.compile(r"^- ([^:\n]+)(?:: (.*))?$", re.MULTILINE)
_WORD = re.compile(r"\w{4,}")
_COMMON = """
about does from have into just like more much need please tell tells than that their them then there they this user
want what when where which will with would your yours
"""
_TOO_COMMON = frozenset(_WORD.findall(_COMMON))
_USUAL = "converse"


def route_answer(messages: str | Sequence[Mapping[str, Any]], schema: Mapping[str, Any] | None) -> str | None:
    """The route as JSON that fits the schema, which has one field for it; `None` where nobody asks for a route."""
    if isinstance(messages, str) or len(messages) != 2 or not schema:
        return None
    system, user = (str(message.get("content") or "") for message in messages)
    fields = list(schema.get("properties") or ())
    asked = _asked(user) if "Routes:\n" in system and len(fields) == 1 else None
    return None if asked is None else json.dumps({fields[0]: _chosen(asked, _routes(system))}, ensure_ascii=False)


def _asked(user: str) -> str | None:
    """What the person said, out of what crewAI tells a router."""
    try:
        told = json.loads(user)
    except ValueError:
        return None
    return str(told.get("current_user_message")) if isinstance(told, dict) and "available_routes" in told else None


def _routes(system: str) -> dict[str, str]:
    catalogue = system.partition("Routes:\n")[2].partition("\n\n")[0]
    return {label: f"{label} {about}" for label, about in _ROUTE.findall(catalogue)}


def _chosen(said: str, routes: Mapping[str, str]) -> str:
    words = _words(said)
    shared = {label: _shared(words, _words(about)) for label, about in routes.items() if label != _USUAL}
    best = max(shared, key=shared.__getitem__, default=_USUAL)
    return best if shared.get(best) else _USUAL


def _shared(words: set[str], others: set[str]) -> int:
    """How many words are the same but for an ending."""
    return sum(any(word.startswith(other) or other.startswith(word) for other in others) for word in words)


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower().replace("_", " "))) - _TOO_COMMON
