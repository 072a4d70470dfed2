"""Memory as crewAI alone takes it: with a model by its name, and without what only CrewLab knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crewlab.definitions.interchange.crewai_fields import MEMORY
from crewlab.definitions.interchange.notes import Note


def with_memory(body: Any, where: str, notes: list[Note], models: tuple[Any, ...]) -> Any:
    """A crew or an agent whose `memory` crewAI understands; of `models` the first one is asked where it names none."""
    if not isinstance(body, Mapping):
        return body
    found = _without_offline(dict(body), where, notes)
    memory = found.get("memory")
    if isinstance(memory, Mapping):
        found["memory"] = _memory(memory, f"{where}memory", notes, (*models, found.get("llm")), found.get("embedder"))
    if found.get("memory") or found.get("knowledge_sources"):
        notes.append(Note(f"{where}memory", "crewAI needs a model for vectors: set OPENAI_API_KEY, or an embedder"))
    return found


def _memory(
    memory: Mapping[str, Any], where: str, notes: list[Note], models: tuple[Any, ...], embedder: Any
) -> dict[str, Any] | bool:
    """The settings, where there are any that crewAI has and its memory can ask the model."""
    written = dict(memory)
    if "root_path" in written:  # a part of a memory that is only described is none in crewAI: it cannot be used
        written["root_scope"] = written.pop("root_path")
    plain = {name: value for name, value in written.items() if name in MEMORY and value is not None}
    plain = _without_offline(plain, f"{where}.", notes)
    name = _name_of(plain.get("llm") or next((model for model in models if model), None))
    if plain and name is None:
        notes.append(
            Note(f"{where}.llm", "left out with the other settings: crewAI's memory takes a model's name only")
        )
        plain = {}
    left = [field for field in written if field not in plain and field not in ("memory_kind", "scope", "llm")]
    if left:
        notes.append(Note(where, f"without {', '.join(left)}"))
    notes.append(
        Note(where, "how long it lasts and what is kept of it are CrewLab's: crewAI remembers from run to run")
    )
    if not plain:
        return True
    more = {"embedder": embedder} if embedder and "embedder" not in plain else {}
    return {"memory_kind": "memory", **plain, **more, "llm": name}


def _name_of(llm: Any) -> str | None:
    """The name of a model that has no parameters."""
    if isinstance(llm, Mapping):
        llm = llm.get("model") if set(llm) == {"model"} else None
    return llm if isinstance(llm, str) and llm else None


def _without_offline(body: dict[str, Any], where: str, notes: list[Note]) -> dict[str, Any]:
    embedder = body.get("embedder")
    if isinstance(embedder, Mapping) and embedder.get("provider") == "offline":
        notes.append(Note(f"{where}embedder", "left out: crewAI has no offline one, and asks OpenAI instead"))
        return {name: value for name, value in body.items() if name != "embedder"}
    return body
