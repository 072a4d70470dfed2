"""Everything in a flow that can name a step, an outcome or a field of the state, under another name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from crewlab.definitions.expressions.flow_expression import with_renamed
from crewlab.definitions.flows.triggers import with_renamed_trigger
from crewlab.definitions.flows.written import rewritten

Document = dict[str, Any]
Name = tuple[str, str]
"""`("outputs", "find")` for a step, `("state", "topic")` for a field of the state."""


def with_steps(document: Mapping[str, Any], change: Callable[[Document], Document]) -> Document:
    """A copy of a flow with every step that is an object replaced by what `change` makes of it."""
    methods = document.get("methods")
    if not isinstance(methods, Mapping):
        return dict(document)
    changed = {name: change(dict(step)) if isinstance(step, Mapping) else step for name, step in methods.items()}
    return {**document, "methods": changed}


def with_renamed_reads(step: Document, name: Name, new: str) -> Document:
    """A step that reads `name` under its new name, in its expressions and its texts."""
    action = step.get("do")
    inner = action.get("do") if isinstance(action, Mapping) else None
    if isinstance(action, Mapping) and isinstance(inner, list) and _is_hidden(inner, name):
        outer = _renamed({**step, "do": {**action, "do": []}}, name, new)
        return {**outer, "do": {**outer["do"], "do": inner}}
    return _renamed(step, name, new)


def with_renamed_inner(item: Document, name: Name, new: str) -> Document:
    """A step within an each that reads `name` under its new name."""
    each = {"do": {"call": "each", "in": "", "do": [item]}}
    found: Document = _renamed(each, name, new)["do"]["do"][0]
    return found


def with_renamed_signal(step: Document, old: str, new: str) -> Document:
    """A step that waits for the step or outcome `old` under its new name."""
    for field in ("listen", "start"):
        if step.get(field) is not None:
            step[field] = with_renamed_trigger(step[field], old, new)
    return step


def _renamed(step: Document, name: Name, new: str) -> Document:
    """The step itself where it does not read the name, so that nothing else of it is written anew."""
    is_read = False

    def change(text: str, roots: tuple[str, ...]) -> str:
        nonlocal is_read
        renamed = with_renamed(text, name, new, roots)
        is_read = is_read or renamed != text
        return renamed

    changed = rewritten(step, change)
    return changed if is_read else step


def _is_hidden(inner: list[Any], name: Name) -> bool:
    """Whether a step within each has the name itself, so that it is read instead."""
    return name[0] == "outputs" and any(isinstance(item, Mapping) and item.get("name") == name[1] for item in inner)
