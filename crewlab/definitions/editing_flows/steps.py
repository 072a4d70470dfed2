"""Steps: add, copy, rename, remove, move, and make one do something else."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from crewlab.definitions.editing import STARTER_MODEL, free_name
from crewlab.definitions.editing_flows.outcomes import renamed_outcome, without_signal
from crewlab.definitions.editing_flows.renaming import Document, with_renamed_reads, with_renamed_signal, with_steps
from crewlab.definitions.flows.flow import STEP_NAME
from crewlab.definitions.pictures.flows import outcomes_of
from crewlab.errors import DocumentError

STARTER_EXPRESSION = '"something"'


def step_names(document: Mapping[str, Any]) -> list[str]:
    """The names of all steps, in order."""
    methods = document.get("methods")
    return [str(name) for name in methods] if isinstance(methods, Mapping) else []


def is_editable_flow(document: Mapping[str, Any]) -> bool:
    """Whether forms can edit the flow: steps by name, each an object that does something."""
    methods = document.get("methods", {})
    return isinstance(methods, Mapping) and all(
        isinstance(step, Mapping) and isinstance(step.get("do", {}), Mapping) for step in methods.values()
    )


def starter_action(call: str) -> Document:
    """The least that an action of this kind needs, for forms to fill in."""
    if call in ("crew", "flow"):
        return {"call": call, "definition": "", "inputs": {}}
    if call == "agent":
        agent = {"role": "", "goal": "", "backstory": "", "llm": copy.deepcopy(STARTER_MODEL), "input": ""}
        return {"call": call, "with": agent}
    if call == "tool":
        return {"call": call, "ref": "", "with": {}}
    if call == "each":
        first = {"name": "each_item", "action": {"call": "expression", "expr": "item"}}
        return {"call": call, "in": "", "do": [first]}
    return {"call": "expression", "expr": STARTER_EXPRESSION}


def add_step(document: Mapping[str, Any], call: str, name: str = "step") -> Document:
    """Append a step that runs after the last one; the first of a flow starts it."""
    names = step_names(document)
    when: Document = {"listen": names[-1]} if names else {"start": True}
    return _with_methods(document, {**_methods(document), free_name(names, name): {**when, "do": starter_action(call)}})


def duplicate_step(document: Mapping[str, Any], name: str) -> Document:
    """Put a copy of a step, under a free name, right after it; it waits for the same."""
    methods = _methods(document)
    found: Document = {}
    for other, step in methods.items():
        found[other] = step
        if other == name:
            found[free_name(list(methods), name)] = copy.deepcopy(step)
    return _with_methods(document, found)


def rename_step(document: Mapping[str, Any], old: str, new: str) -> Document:
    """Rename a step in its place, in every trigger that waits for it and in everything that reads its output.

    Raises:
        DocumentError: The name is taken, or is none that a step may have.
    """
    require_name(new, [name for name in step_names(document) if name != old], "step")
    methods = {new if name == old else name: step for name, step in _methods(document).items()}

    def change(step: Document) -> Document:
        return with_renamed_reads(with_renamed_signal(step, old, new), ("outputs", old), new)

    return with_steps(_with_methods(document, methods), change)


def remove_step(document: Mapping[str, Any], name: str) -> Document:
    """Remove a step, and its name from every trigger; what reads its output is left, for the checks to tell."""
    methods = {other: step for other, step in _methods(document).items() if other != name}
    return with_steps(_with_methods(document, methods), lambda step: without_signal(step, name))


def move_step(document: Mapping[str, Any], name: str, by: int) -> Document:
    """Move a step up (-1) or down (+1) in the list, which changes nothing but the order; at the end it stays."""
    items = list(_methods(document).items())
    index = step_names(document).index(name)
    return _with_methods(document, dict(swapped(items, index, by)))


def rename_outcome(document: Mapping[str, Any], step: str, old: str, new: str) -> Document:
    """Rename an outcome where a step declares and chooses it, and in every trigger that waits for it.

    Where another step emits the old one too, the triggers wait for either.
    """
    methods = _methods(document)
    others = [body for name, body in methods.items() if name != step and old in _declared(body)]
    changed = _with_methods(document, {**methods, step: renamed_outcome(dict(methods[step]), old, new)})
    if others:
        return with_steps(changed, lambda body: _either(body, old, new))
    return with_steps(changed, lambda body: with_renamed_signal(body, old, new))


def require_name(name: str, taken: Sequence[str], what: str) -> None:
    """Raises `DocumentError` where a step or field may not be called `name`."""
    if not STEP_NAME.fullmatch(name):
        article = "an" if what[0] in "aeiou" else "a"
        said = f"{name!r} cannot be the name of {article} {what}."
        raise DocumentError(said, "It was not taken over: use letters, digits and _, and begin with a letter.")
    if name in taken:
        raise DocumentError(f"The name {name!r} is taken by another {what}.", "It was not taken over.")


def swapped(items: list[Any], index: int, by: int) -> list[Any]:
    """`items` with the one at `index` and the one `by` further in each other's place, where there is one."""
    other, found = index + by, list(items)
    if 0 <= other < len(found):
        found[index], found[other] = found[other], found[index]
    return found


def _declared(step: Any) -> tuple[str, ...]:
    return outcomes_of(step) if isinstance(step, Mapping) else ()


def _either(step: Document, old: str, new: str) -> Document:
    for field in ("listen", "start"):
        step[field] = _with_either(step[field], old, new) if step.get(field) is not None else None
        if step[field] is None:
            del step[field]
    return step


def _with_either(condition: Any, old: str, new: str) -> Any:
    if condition == old:
        return {"or": [old, new]}
    if isinstance(condition, Mapping):
        return {key: _with_either(part, old, new) for key, part in condition.items()}
    return [_with_either(part, old, new) for part in condition] if isinstance(condition, list) else condition


def _methods(document: Mapping[str, Any]) -> Document:
    methods = document.get("methods")
    return dict(methods) if isinstance(methods, Mapping) else {}


def _with_methods(document: Mapping[str, Any], methods: Document) -> Document:
    return {**document, "methods": methods}
