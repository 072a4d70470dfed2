"""A lowered flow with nothing in it that only CrewLab knows: the crews, agents and tools of its steps written out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crewlab.definitions.flows.conversation import (
    is_conversation,
    own_routes,
    routes_to_offer,
    taken_for_routes,
)
from crewlab.definitions.flows.references import PlacedAction, with_placed_actions
from crewlab.definitions.interchange.for_crewai import ForCrewai, for_crewai
from crewlab.definitions.interchange.models_for_crewai import with_plain_models
from crewlab.definitions.interchange.notes import Note, Translated
from crewlab.definitions.interchange.python_text import identifiers
from crewlab.definitions.interchange.records import Records
from crewlab.definitions.interchange.tool_files import with_custom_tools
from crewlab.definitions.library.tool_records import ToolRecord

_OF_STEPS = ("input", "response_format")
"""What an agent of a step has more than one of a crew."""


def flow_for_crewai(lowered: Translated, records: Records) -> ForCrewai:
    """The flow as crewAI alone can run it. `${secret:NAME}` stays where it is, as in `for_crewai`.

    Raises:
        DocumentError: Tasks of a crew wait for each other in a circle.
    """
    steps = _Steps(records)
    document = dict(with_placed_actions(lowered.document, steps.action))
    document["methods"] = with_plain_models(document.get("methods") or {}, records.profiles, steps.notes)
    if is_conversation(document):
        talk = {"conversational": _with_routes(document, steps.notes)}
        document |= with_plain_models(talk, records.profiles, steps.notes)
    said = [note for note in lowered.notes if note.where not in steps.places_of_tools]
    return ForCrewai(document, steps.tools, tuple(dict.fromkeys([*said, *steps.notes])))


def _with_routes(document: Mapping[str, Any], notes: list[Note]) -> Mapping[str, Any]:
    """The conversation with its routes listed, where crewAI would offer a model others besides."""
    block: Mapping[str, Any] = document["conversational"]
    router, others = block.get("router") or {}, ", ".join(taken_for_routes(document))
    if not others or router.get("routes") or (block.get("default_intents") and not router):
        return block
    if not router and not own_routes(document):
        what = f"crewAI asks a model in each turn, and offers {others} as routes; here there is nothing to choose"
        notes.append(Note("conversational", what))
        return block
    notes.append(Note("conversational.router.routes", f"written out: crewAI would offer {others} as routes, too"))
    return {**block, "router": {**router, "routes": routes_to_offer(document)}}


class _Steps:
    """Goes through the steps of one flow, and remembers what it met."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._names = identifiers(records.tools)
        self.tools: dict[str, ToolRecord] = {}
        self.notes: list[Note] = []
        self.places_of_tools: set[str] = set()

    def action(self, placed: PlacedAction) -> Mapping[str, Any]:
        inner = placed.action.get("with")
        if placed.call == "crew" and isinstance(inner, Mapping):
            return {**placed.action, "with": self._plain(inner, f"{placed.where}.with.")}
        if placed.call == "agent" and isinstance(inner, Mapping):
            return {**placed.action, "with": self._agent(placed.step, inner, placed.where)}
        if placed.call == "tool" and placed.action.get("ref") in self._records.tools:
            return self._tool(placed)
        return placed.action

    def _plain(self, document: Mapping[str, Any], where: str, without: str = "") -> dict[str, Any]:
        made = for_crewai(document, self._records)
        self.tools.update(made.tools)
        self.notes += [Note(f"{where}{note.where.removeprefix(without)}", note.what) for note in made.notes]
        return self._with_files(made.document)

    def _with_files(self, document: dict[str, Any]) -> dict[str, Any]:
        """Configured tools by the files that make them; what has another shape stays."""
        agents, tasks = document.get("agents"), document.get("tasks")
        if isinstance(agents, Mapping):
            bodies = {name: with_custom_tools(body, self._names) for name, body in agents.items()}
            document = {**document, "agents": bodies}
        if isinstance(tasks, list):
            document = {**document, "tasks": [with_custom_tools(task, self._names) for task in tasks]}
        return document

    def _agent(self, step: str, body: Mapping[str, Any], where: str) -> dict[str, Any]:
        own = {name: value for name, value in body.items() if name in _OF_STEPS}
        rest = {name: value for name, value in body.items() if name not in _OF_STEPS}
        plain = self._plain({"agents": {step: rest}, "tasks": []}, f"{where}.with.", f"agents.{step}.")
        return {**plain["agents"][step], **own}

    def _tool(self, placed: PlacedAction) -> dict[str, Any]:
        """A configured tool by the file that makes it."""
        name = str(placed.action["ref"])
        self.tools[name] = self._records.tools[name]
        self.places_of_tools.add(f"{placed.where}.ref")
        return {**placed.action, "ref": f"tools.{self._names[name]}:Configured"}
