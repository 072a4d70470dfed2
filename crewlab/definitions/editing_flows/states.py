"""The fields of a flow's state: add, rename, remove, move, and what is said of each."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crewlab.definitions.editing import free_name
from crewlab.definitions.editing_flows.renaming import Document, with_renamed_reads, with_steps
from crewlab.definitions.editing_flows.steps import require_name, swapped

TYPES = ("string", "integer", "number", "boolean", "array", "object")
"""Of JSON Schema, as forms offer them."""
_FITS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}


@dataclass(frozen=True)
class StateRow:
    """A field of the state as a form shows it."""

    name: str
    type: str = ""
    """Empty where the schema says something that is not one simple type."""
    default: Any = None
    is_required: bool = False
    description: str = ""


def is_editable_state(document: Mapping[str, Any]) -> bool:
    """Whether forms can edit the state: there is none yet, or one whose fields are objects by name."""
    state = document.get("state")
    if state is None:
        return True
    if not isinstance(state, Mapping) or not isinstance(state.get("default") or {}, Mapping):
        return False
    schema = state.get("json_schema") or {}
    properties = schema.get("properties", {}) if isinstance(schema, Mapping) else None
    return isinstance(properties, Mapping) and all(isinstance(field, Mapping) for field in properties.values())


def state_rows(document: Mapping[str, Any]) -> list[StateRow]:
    """The fields in their order, those that only have a default too."""
    properties, default, required = _parts(document)
    rows = []
    for name in dict.fromkeys([*properties, *default]):
        field = properties.get(name, {})
        kind = field.get("type") if name in properties else kind_of_value(default.get(name))
        value = default.get(name, field.get("default"))
        about = str(field.get("description") or "")
        rows.append(StateRow(str(name), kind if kind in TYPES else "", value, name in required, about))
    return rows


def add_field(document: Mapping[str, Any], name: str = "field") -> Document:
    """Append a text without a default under a free name."""
    state = _with_schema(document)
    properties = state["json_schema"]["properties"]
    properties[free_name(properties, name)] = {"type": "string"}
    return {**document, "state": state}


def remove_field(document: Mapping[str, Any], name: str) -> Document:
    """Remove a field; what reads it is left, for the checks to tell."""
    state = _with_schema(document)
    state["json_schema"]["properties"].pop(name, None)
    state.get("default", {}).pop(name, None)
    _require(state, name, is_required=False)
    return {**document, "state": _tidy(state)}


def move_field(document: Mapping[str, Any], name: str, by: int) -> Document:
    """Move a field up (-1) or down (+1) in the list, which changes nothing but the order."""
    state = _with_schema(document)
    items = list(state["json_schema"]["properties"].items())
    index = [key for key, _ in items].index(name)
    state["json_schema"]["properties"] = dict(swapped(items, index, by))
    return {**document, "state": state}


def rename_field(document: Mapping[str, Any], old: str, new: str) -> Document:
    """Rename a field, and everything in the flow that reads or writes it.

    Raises:
        DocumentError: The name is taken, or is none that a field may have.
    """
    require_name(new, [row.name for row in state_rows(document) if row.name != old], "field")
    state = _with_schema(document)
    schema = state["json_schema"]
    schema["properties"] = _renamed(schema["properties"], old, new)
    if isinstance(schema.get("required"), list):
        schema["required"] = [new if name == old else name for name in schema["required"]]
    if isinstance(state.get("default"), dict):
        state["default"] = _renamed(state["default"], old, new)

    def change(step: Document) -> Document:
        if isinstance(step.get("set"), Mapping):
            step["set"] = _renamed(step["set"], old, new)
        return with_renamed_reads(step, ("state", old), new)

    return with_steps({**document, "state": state}, change)


def set_type(document: Mapping[str, Any], name: str, kind: str) -> Document:
    """Make a field hold values of another type; a default that is of another is dropped."""
    state = _with_schema(document)
    field, default = state["json_schema"]["properties"][name], state.get("default", {})
    kept = {key: value for key, value in field.items() if key in ("title", "description")}
    state["json_schema"]["properties"][name] = {"type": kind, **kept}
    if name in default and not _fits(default[name], kind):
        del default[name]
    return {**document, "state": _tidy(state)}


def set_default(document: Mapping[str, Any], name: str, value: Any) -> Document:
    """Let a field begin with `value`; `None` for nothing."""
    state = _with_schema(document)
    state["json_schema"]["properties"][name].pop("default", None)
    state.setdefault("default", {}).pop(name, None)
    if value is not None:
        state["default"][name] = value
    return {**document, "state": _tidy(state)}


def set_required(document: Mapping[str, Any], name: str, is_required: bool) -> Document:
    """Whether a launch has to give the field, unless it has a default."""
    state = _with_schema(document)
    _require(state, name, is_required=is_required)
    return {**document, "state": state}


def set_description(document: Mapping[str, Any], name: str, text: str) -> Document:
    """Say what a field is for; an empty text says nothing."""
    state = _with_schema(document)
    field = state["json_schema"]["properties"][name]
    field.pop("description", None)
    if text:
        field["description"] = text
    return {**document, "state": state}


def kind_of_value(value: Any) -> str:
    """The type that a value has in JSON Schema, or an empty text for nothing."""
    if isinstance(value, bool):
        return "boolean"
    return next((kind for kind, classes in _FITS.items() if isinstance(value, classes)), "")


def _fits(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _FITS[kind])


def _parts(document: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any], list[Any]]:
    """Properties, defaults and required names, of a state that forms can edit."""
    state = document.get("state") or {}
    schema = state.get("json_schema") or {}
    required = schema.get("required")
    return schema.get("properties") or {}, state.get("default") or {}, required if isinstance(required, list) else []


def _with_schema(document: Mapping[str, Any]) -> Document:
    """A copy of the state as one with a JSON Schema; a plain dict keeps room for fields that nobody names."""
    state: Document = copy.deepcopy(dict(document.get("state") or {}))
    properties, default, _ = _parts(document)
    was_open = state.get("type", "dict") != "json_schema" and bool(state)
    schema = state.setdefault("json_schema", {}) or {}
    state |= {"type": "json_schema", "json_schema": schema}
    schema.setdefault("type", "object")
    if was_open and "properties" not in schema:
        schema["additionalProperties"] = True
    found = schema.setdefault("properties", {})
    for name, value in default.items():
        if name not in properties:
            kind = kind_of_value(value)
            found[name] = {"type": kind} if kind else {}
    return state


def _require(state: Document, name: str, *, is_required: bool) -> None:
    schema = state["json_schema"]
    others = [other for other in schema.get("required") or [] if other != name]
    required = [*others, name] if is_required else others
    if required:
        schema["required"] = required
    else:
        schema.pop("required", None)


def _tidy(state: Document) -> Document:
    """Without a `default` that says nothing."""
    return {key: value for key, value in state.items() if key != "default" or value}


def _renamed(fields: Mapping[str, Any], old: str, new: str) -> Document:
    return {new if name == old else name: value for name, value in fields.items()}
