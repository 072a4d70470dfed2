"""Which definitions a flow uses, in a document of any shape."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from crewlab.definitions.kinds import Kind

MOST_LEVELS = 16
"""Of flows written within each other."""


class PlacedAction(NamedTuple):
    """What a step does, or a step within each, and where in the document."""

    step: str
    where: str
    action: Mapping[str, Any]

    @property
    def call(self) -> str:
        return str(self.action.get("call", "code"))


class Reference(NamedTuple):
    """A crew or flow step that names a definition."""

    step: str
    where: str
    kind: Kind
    name: str
    number: int | None
    """`None` is the latest version."""

    @property
    def key(self) -> str:
        return reference_key(self.name, self.number)


def reference_key(name: str, number: int | None) -> str:
    """How a snapshot calls a version: `market-brief@3`."""
    return name if number is None else f"{name}@{number}"


def actions_of(document: Mapping[str, Any], where: str = "") -> Iterator[PlacedAction]:
    """Every action of a flow, those within each too; what has the wrong type is left out."""
    methods = document.get("methods")
    for name, step in methods.items() if isinstance(methods, Mapping) else ():
        if isinstance(step, Mapping) and isinstance(step.get("do"), Mapping):
            yield from _actions(str(name), f"{where}methods.{name}.do", step["do"])


def references_of(document: Mapping[str, Any]) -> tuple[Reference, ...]:
    """Every definition that a flow names, those that flows written within it name too."""
    return tuple(_references(document, "", MOST_LEVELS))


def with_actions(document: Mapping[str, Any], changed: Callable[[Mapping[str, Any]], Any]) -> dict[str, Any]:
    """A copy of a flow with every action replaced by what `changed` makes of it, those within each first."""
    return with_placed_actions(document, lambda placed: changed(placed.action))


def with_placed_actions(document: Mapping[str, Any], changed: Callable[[PlacedAction], Any]) -> dict[str, Any]:
    """Like `with_actions`, for who wants to know the place of an action too."""
    methods = document.get("methods")
    if not isinstance(methods, Mapping):
        return dict(document)
    return {**document, "methods": {name: _with_do(str(name), step, changed) for name, step in methods.items()}}


def _with_do(name: str, step: Any, changed: Callable[[PlacedAction], Any]) -> Any:
    if not isinstance(step, Mapping) or not isinstance(step.get("do"), Mapping):
        return step
    action, where = step["do"], f"methods.{name}.do"
    inner = action.get("do")
    if isinstance(inner, list):
        changes = (_with_inner(name, f"{where}.do.{number}.action", each, changed) for number, each in enumerate(inner))
        action = {**action, "do": list(changes)}
    return {**step, "do": changed(PlacedAction(name, where, action))}


def _with_inner(name: str, where: str, step: Any, changed: Callable[[PlacedAction], Any]) -> Any:
    if not isinstance(step, Mapping) or not isinstance(step.get("action"), Mapping):
        return step
    return {**step, "action": changed(PlacedAction(name, where, step["action"]))}


def _actions(step: str, where: str, action: Mapping[str, Any]) -> Iterator[PlacedAction]:
    yield PlacedAction(step, where, action)
    inner = action.get("do") if action.get("call") == "each" else None
    for index, each in enumerate(inner if isinstance(inner, list) else ()):
        if isinstance(each, Mapping) and isinstance(each.get("action"), Mapping):
            yield PlacedAction(step, f"{where}.do.{index}.action", each["action"])


def _references(document: Mapping[str, Any], where: str, levels: int) -> Iterator[Reference]:
    for placed in actions_of(document, where):
        reference = reference_of(placed)
        inline = placed.action.get("with")
        if reference is not None:
            yield reference
        elif placed.call == "flow" and isinstance(inline, Mapping) and levels:
            yield from _references(inline, f"{placed.where}.with.", levels - 1)


def reference_of(placed: PlacedAction) -> Reference | None:
    """The definition that an action names."""
    name, number = placed.action.get("definition"), placed.action.get("version")
    if placed.call not in ("crew", "flow") or not isinstance(name, str) or not name:
        return None
    is_number = isinstance(number, int) and not isinstance(number, bool)
    kind: Kind = "flow" if placed.call == "flow" else "crew"
    return Reference(placed.step, placed.where, kind, name, number if is_number else None)
