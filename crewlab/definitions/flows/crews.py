"""The crews within a document that is run: a flow has many, and its agents and tools count as such."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from crewlab.definitions.flows.conversation import models_of
from crewlab.definitions.flows.references import MOST_LEVELS, PlacedAction, actions_of
from crewlab.definitions.kinds import kind_of

Document = Mapping[str, Any]


def crew_documents(document: Document) -> Iterator[Document]:
    """Each crew that a run of `document` may run; see `placed_crews`."""
    return (crew for _, crew in placed_crews(document))


def placed_crews(document: Document) -> Iterator[tuple[str, Document]]:
    """A crew itself; or each crew of the snapshot of a flow, with what to write before a place in it.

    The agent or the tool of a step, and a model that reads what people say, count as a crew without tasks, whose agent
    is called like the step.
    """
    if not isinstance(document, Mapping):
        return
    if kind_of(document) == "crew":
        yield "", document
        return
    yield from _within(document, "", MOST_LEVELS)
    definitions = document.get("definitions")
    for key, entry in definitions.items() if isinstance(definitions, Mapping) else ():
        used = entry.get("document") if isinstance(entry, Mapping) else None
        if isinstance(used, Mapping):
            yield from [(f"{key}.", used)] if kind_of(used) == "crew" else _within(used, f"{key}.", MOST_LEVELS)


def _within(flow: Document, where: str, levels: int) -> Iterator[tuple[str, Document]]:
    """What the steps of a flow say in their own place."""
    yield from _readers(flow, where)
    for placed in actions_of(flow):
        inline = placed.action.get("with")
        if placed.call == "tool":
            yield f"{where}{placed.step}.", _with_tool(placed)
        elif not isinstance(inline, Mapping):
            continue
        elif placed.call == "crew":
            yield f"{where}{placed.step}.", inline
        elif placed.call == "agent":
            yield f"{where}{placed.step}.", {"agents": {placed.step: inline}, "tasks": []}
        elif placed.call == "flow" and levels:
            yield from _within(inline, f"{where}{placed.step}.", levels - 1)


def _readers(flow: Document, where: str) -> Iterator[tuple[str, Document]]:
    """Who reads outcomes out of what people say, or talks to them: a model, called like the step."""
    methods = flow.get("methods")
    for name, step in methods.items() if isinstance(methods, Mapping) else ():
        asked = step.get("human_feedback") if isinstance(step, Mapping) else None
        if isinstance(asked, Mapping) and asked.get("llm") and asked.get("emit"):
            yield f"{where}{name}.", {"agents": {name: {"llm": asked["llm"]}}, "tasks": []}
    for name, llm in models_of(flow).items():
        yield f"{where}{name}.", {"agents": {name: {"llm": llm}}, "tasks": []}


def _with_tool(placed: PlacedAction) -> Document:
    ref = placed.action.get("ref")
    name = ref.removeprefix("crewai_tools:") if isinstance(ref, str) else ""
    holder = {"tools": [name] if name else []}
    return {"agents": {}, "tasks": [holder]}
