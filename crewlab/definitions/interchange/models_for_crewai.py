"""Models written out as crewAI takes them: profiles by what they stand for, the rehearsal model by its server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from crewlab.definitions.crew import SCHEMA_FIELDS
from crewlab.definitions.interchange.notes import Note
from crewlab.definitions.library.model_profiles import ModelProfile, profile_named
from crewlab.definitions.models import model_of

REHEARSAL_URL = "http://127.0.0.1:8199/v1"
"""Where `crewlab rehearsal-server` answers when it is not told otherwise."""
_OWN = ("latency", "latency_seconds", "error_rate", "seed")
_DATA = frozenset({"inputs", *SCHEMA_FIELDS})


def with_plain_models(document: Mapping[str, Any], profiles: Mapping[str, ModelProfile], notes: list[Note]) -> Any:
    """The document with every model written out; what changes is noted."""
    return _within(document, "", lambda llm, where: _model(llm, where, profiles, notes))


def with_rehearsal_models(document: Mapping[str, Any], notes: list[Note]) -> Any:
    """The document with rehearsal models by their own names, where an export had to ask a server for them."""
    return _within(document, "", lambda llm, where: _rehearsal(llm, where, notes))


def _rehearsal(llm: Any, where: str, notes: list[Note]) -> Any:
    if not isinstance(llm, Mapping) or llm.get("base_url") != REHEARSAL_URL:
        return llm
    name = str(llm.get("model")).removeprefix("openai/")
    if not name.startswith("rehearsal/"):
        return llm
    notes.append(Note(where, f"{name} itself instead of the server of the rehearsal model"))
    rest = {field: value for field, value in llm.items() if field not in ("model", "base_url", "api_key")}
    return {"model": name, **rest} if rest else name


def _within(value: Any, where: str, model: Callable[[Any, str], Any]) -> Any:
    if isinstance(value, list):
        return [_within(item, _place(where, item), model) for item in value]
    if not isinstance(value, Mapping):
        return value
    found = {}
    for name, item in value.items():
        place = f"{where}.{name}".lstrip(".")
        if str(name).endswith("llm") and isinstance(item, str | Mapping):
            found[name] = model(item, place)
        else:
            found[name] = item if name in _DATA else _within(item, place, model)
    return found


def _place(where: str, item: Any) -> str:
    name = item.get("name") if isinstance(item, Mapping) else None
    return f"{where}.{name}" if isinstance(name, str) else where


def _model(llm: Any, where: str, profiles: Mapping[str, ModelProfile], notes: list[Note]) -> Any:
    profile = profile_named(llm, profiles)
    if profile is not None:
        more = {name: value for name, value in llm.items() if name != "model"} if isinstance(llm, Mapping) else {}
        llm = profile.llm(more)
        notes.append(Note(where, f"the profile {profile.name!r} written out; its limits per minute are CrewLab's"))
    if not model_of(llm).is_rehearsal:
        return llm
    given = {"model": llm} if isinstance(llm, str) else dict(llm)
    left = {name: given.pop(name) for name in _OWN if name in given}
    settings = f", without {', '.join(left)}" if left else ""
    what = f"the rehearsal model on a server{settings}: start `python -m crewlab rehearsal-server`, or name another"
    notes.append(Note(where, what))
    own = {"base_url": REHEARSAL_URL, "api_key": "rehearsal"}
    return {**given, "model": f"openai/{given['model'].strip()}", **own}
