"""Definitions that arrive together, as they are checked before any of them is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crewlab.definitions.flows.references import reference_key, with_actions
from crewlab.definitions.interchange.found import FoundDefinition
from crewlab.definitions.version import content_hash


def as_if_stored(found: FoundDefinition, all_found: Sequence[FoundDefinition]) -> dict[str, Any]:
    """The document with what it uses of the others in it, as a snapshot has it."""
    if found.kind != "flow":
        return found.document
    latest = {each.name: _number(each) for each in sorted(all_found, key=_number)}
    definitions = {
        reference_key(each.name, _number(each)): {
            "kind": each.kind,
            "name": each.name,
            "number": _number(each),
            "definition_id": each.name,
            "content_hash": content_hash(each.document),
            "document": _pinned(each.document, latest) if each.kind == "flow" else each.document,
        }
        for each in all_found
    }
    return {**_pinned(found.document, latest), "definitions": definitions}


def _number(found: FoundDefinition) -> int:
    return found.number or 1


def _pinned(document: Mapping[str, Any], latest: Mapping[str, int]) -> dict[str, Any]:
    """The flow whose steps say which version they mean, where it comes along."""

    def changed(action: Mapping[str, Any]) -> Mapping[str, Any]:
        name = action.get("definition")
        is_open = isinstance(name, str) and name in latest and action.get("version") is None
        return {**action, "version": latest[str(name)]} if is_open else action

    return with_actions(document, changed)
