"""Any two documents side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crewlab.definitions.diff.changes import Change, field_changes
from crewlab.definitions.diff.crews import crew_changes
from crewlab.definitions.diff.flows import flow_changes
from crewlab.definitions.kinds import kind_of
from crewlab.definitions.plain import MAX_DEPTH, is_deeper_than
from crewlab.definitions.shape import in_crew_shape


def diff(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Every difference between two documents, drafts and foreign ones included.

    Paths begin with `agents.`, `tasks.`, `steps.`, `state.` or the name of a field; `definitions.` are those that a
    snapshot of a flow brings. A crew and a flow have nothing in common: all of one is removed, all of the other added.
    """
    kinds = kind_of(before), kind_of(after)
    if kinds[0] != kinds[1] or is_deeper_than(before, MAX_DEPTH) or is_deeper_than(after, MAX_DEPTH):
        return list(field_changes("", before, after))
    changes = flow_changes(before, after, diff) if kinds[0] == "flow" else crew_changes(before, after)
    return changes or _untold(before, after)


def _untold(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Fields that differ in what has no shape that could be told apart, such as a step that is a number."""
    old, new = (_without_nulls(in_crew_shape(document)) for document in (before, after))
    return [] if old == new else list(field_changes("", old, new))


def _without_nulls(value: Any) -> Any:
    """A field that is null is one that is not there."""
    if isinstance(value, Mapping):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list | tuple) else value
