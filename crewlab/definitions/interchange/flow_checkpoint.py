"""A flow half-way, as crewAI's own checkpoints have it, and the document without which crewAI cannot restore it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crewlab.definitions.flows.closure import Closure
from crewlab.definitions.flows.lowering import lower
from crewlab.definitions.flows.references import PlacedAction, with_placed_actions
from crewlab.definitions.flows.restoring import FlowHalfway
from crewlab.definitions.interchange.as_launched import agent_as_launched, crew_as_launched
from crewlab.definitions.interchange.flow_project import flow_document
from crewlab.definitions.interchange.notes import Translated
from crewlab.definitions.interchange.records import Records
from crewlab.definitions.notation.text import write_document
from crewlab.definitions.overlay import Overlay

_SETTINGS = ("max_method_calls", "suppress_flow_events")


def flow_checkpoint(halfway: FlowHalfway) -> dict[str, Any]:
    """The flow as crewAI restores it from a checkpoint.

    crewAI does not keep which way a router took: one that it takes to be done leads nowhere, and the flow ends there
    as if all were done. So routers are not among what is done, and decide once more; until nothing is left to do.
    """
    done = [step for step in halfway.outputs if halfway.is_over or step not in halfway.routers]
    config = halfway.document.get("config")
    settings = config if isinstance(config, Mapping) else {}
    return {
        "entity_type": "flow",
        "name": halfway.document.get("name"),
        **{name: settings[name] for name in _SETTINGS if name in settings},
        "checkpoint_completed_methods": done,
        "checkpoint_method_outputs": [{"method": step, "output": value} for step, value in halfway.outputs.items()],
        "checkpoint_method_counts": dict.fromkeys(halfway.outputs, 1),
        "checkpoint_state": dict(halfway.state),
    }


def flow_to_restore(snapshot: Mapping[str, Any], records: Records, overlay: Overlay) -> str:
    """The flow that was launched, as YAML for crewAI alone: without secrets, with the models of the launch.

    Raises:
        DocumentError: Something in it cannot be written for crewAI.
    """

    def launched(placed: PlacedAction) -> Mapping[str, Any]:
        inner = placed.action.get("with")
        if placed.call == "crew" and isinstance(inner, Mapping):
            return {**placed.action, "with": crew_as_launched(inner, overlay)}
        if placed.call == "agent" and isinstance(inner, Mapping):
            return {**placed.action, "with": agent_as_launched(placed.step, inner, overlay)}
        return placed.action

    lowered = lower(Closure.of(snapshot))
    chosen = with_placed_actions(lowered.document, launched)
    return write_document(_without_keys(flow_document(Translated(chosen, lowered.notes), records).document))


def _without_keys(value: Any) -> Any:
    """Also without those that are written in it, except for that of the rehearsal model, which is none."""
    if isinstance(value, list):
        return [_without_keys(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    return {name: _without_keys(item) for name, item in value.items() if name != "api_key" or item == "rehearsal"}
