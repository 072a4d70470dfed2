"""One walk over everything in a flow that can name a step, an outcome or a field of the state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from crewlab.definitions.expressions.flow_expression import EACH_ROOTS, ROOTS, SET_ROOTS, with_renamed
from crewlab.definitions.flows.templates import template_with_renamed
from crewlab.definitions.flows.triggers import with_renamed_trigger

Document = dict[str, Any]
Name = tuple[str, str]
"""`("outputs", "find")` for a step, `("state", "topic")` for a field of the state."""
_TEMPLATES = ("with", "inputs", "context")
"""Fields of an action whose texts are filled in; the `with` of a nested flow is a flow of its own, and is not."""


def with_steps(document: Mapping[str, Any], change: Callable[[Document], Document]) -> Document:
    """A copy of a flow with every step that is an object replaced by what `change` makes of it."""
    methods = document.get("methods")
    if not isinstance(methods, Mapping):
        return dict(document)
    changed = {name: change(dict(step)) if isinstance(step, Mapping) else step for name, step in methods.items()}
    return {**document, "methods": changed}


def with_renamed_reads(step: Document, name: Name, new: str) -> Document:
    """A step that reads `name` under its new name, in its expressions and its texts."""
    if isinstance(step.get("do"), Mapping):
        step["do"] = _action(dict(step["do"]), name, new, ROOTS)
    if isinstance(step.get("set"), Mapping):
        step["set"] = {field: _expression(text, name, new, SET_ROOTS) for field, text in step["set"].items()}
    feedback = step.get("human_feedback")
    if isinstance(feedback, Mapping) and "message" in feedback:
        step["human_feedback"] = {**feedback, "message": template_with_renamed(feedback["message"], name, new)}
    return step


def with_renamed_signal(step: Document, old: str, new: str) -> Document:
    """A step that waits for the step or outcome `old` under its new name."""
    for field in ("listen", "start"):
        if step.get(field) is not None:
            step[field] = with_renamed_trigger(step[field], old, new)
    return step


def with_renamed_inner(item: Any, name: Name, new: str) -> Any:
    """A step within an each that reads `name` under its new name."""
    if not isinstance(item, Mapping):
        return item
    changed = dict(item)
    if "if" in changed:
        changed["if"] = _expression(changed["if"], name, new, EACH_ROOTS)
    if isinstance(changed.get("action"), Mapping):
        changed["action"] = _action(dict(changed["action"]), name, new, EACH_ROOTS)
    return changed


def _action(action: Document, name: Name, new: str, roots: tuple[str, ...]) -> Document:
    is_flow = action.get("call") == "flow"
    for field in _TEMPLATES:
        if field in action and not (is_flow and field == "with"):
            action[field] = template_with_renamed(action[field], name, new)
    for field in ("expr", "in"):
        if field in action:
            action[field] = _expression(action[field], name, new, roots)
    if isinstance(action.get("do"), list) and not _is_hidden(action["do"], name):
        action["do"] = [with_renamed_inner(item, name, new) for item in action["do"]]
    return action


def _is_hidden(inner: list[Any], name: Name) -> bool:
    """Whether a step within each has the name itself, so that it is read instead."""
    return name[0] == "outputs" and any(isinstance(item, Mapping) and item.get("name") == name[1] for item in inner)


def _expression(text: Any, name: Name, new: str, roots: tuple[str, ...]) -> Any:
    return with_renamed(text, name, new, roots) if isinstance(text, str) else text
