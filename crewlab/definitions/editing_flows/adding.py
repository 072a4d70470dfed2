"""A crew or a flow becomes a step of another flow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from crewlab.definitions.editing import free_name
from crewlab.definitions.editing_flows.renaming import Document
from crewlab.definitions.editing_flows.states import is_editable_state, state_rows
from crewlab.definitions.editing_flows.steps import require_name, step_names
from crewlab.definitions.kinds import kind_of
from crewlab.definitions.placeholders import placeholders

_NOT_IN_NAMES = re.compile(r"\W+", re.ASCII)


def suggested_step(document: Mapping[str, Any], name: str) -> str:
    """What a step that runs the definition `name` may be called: a free name that a step can have."""
    words = _NOT_IN_NAMES.sub("_", name).strip("_").lower() or "step"
    return free_name(step_names(document), words if not words[0].isdigit() else f"step_{words}")


def add_definition(
    document: Mapping[str, Any], name: str, used: Mapping[str, Any], step: str, *, after: str | None
) -> Document:
    """A copy of a flow with a step that runs the definition `name`, whose latest document is `used`.

    It waits for the step `after`, or begins at once. Inputs that the state has a field for come from there.

    Raises:
        DocumentError: The step cannot be called so.
    """
    require_name(step, step_names(document), "step")
    when: Document = {"start": True} if after is None else {"listen": after}
    own = {row.name for row in state_rows(document)} if is_editable_state(document) else set()
    inputs = {asked: f"${{state.{asked}}}" for asked in _asked(used) if asked in own}
    action = {"call": kind_of(used), "definition": name, "inputs": inputs}
    return {**document, "methods": {**_methods(document), step: {**when, "do": action}}}


def _asked(used: Mapping[str, Any]) -> list[str]:
    """What it is given: the placeholders of a crew, the fields of the state of a flow."""
    if kind_of(used) == "crew":
        return list(placeholders(used))
    return [row.name for row in state_rows(used)] if is_editable_state(used) else []


def _methods(document: Mapping[str, Any]) -> Document:
    methods = document.get("methods")
    return dict(methods) if isinstance(methods, Mapping) else {}
