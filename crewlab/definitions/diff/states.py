"""What changed between the states of two flows, by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from crewlab.definitions.diff.changes import Change, field_changes, in_path
from crewlab.definitions.diff.snapshots import as_mapping


def state_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """Each field of the state by its schema, its default and whether it has to be given."""
    (old, own), (new, owned) = _state(before), _state(after)
    yield from field_changes("state.", own, owned)
    for name in dict.fromkeys([*old, *new]):
        if name not in new:
            yield Change(f"state.{in_path(name)}", old[name], None, "removed")
        elif name not in old:
            yield Change(f"state.{in_path(name)}", None, new[name], "added")
        else:
            yield from field_changes(f"state.{in_path(name)}.", old[name], new[name])


def _state(document: Mapping[str, Any]) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """The fields of the state, each with its schema, default and whether it is required; and the rest."""
    state = document.get("state")
    if not isinstance(state, Mapping):
        return {}, {} if state is None else {"type": state}
    schema = as_mapping(state.get("json_schema"))
    rest = {key: value for key, value in schema.items() if key not in ("properties", "required")}
    if rest.get("type") == "object":  # what every state is
        del rest["type"]
    own = {key: value for key, value in state.items() if key not in ("json_schema", "default")}
    return _fields(schema, as_mapping(state.get("default"))), {
        **{f"json_schema.{key}": rest[key] for key in rest},
        **own,
    }


def _fields(schema: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    fields: dict[str, dict[str, Any]] = {}
    for name, body in as_mapping(schema.get("properties")).items():
        fields[str(name)] = dict(body) if isinstance(body, Mapping) else {"schema": body}
    for name, value in defaults.items():
        fields.setdefault(str(name), {})["default"] = value
    required = schema.get("required")
    for name in required if isinstance(required, list) else ():
        fields.setdefault(str(name), {})["required"] = True
    return fields
