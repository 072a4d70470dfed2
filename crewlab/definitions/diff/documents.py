"""Any two documents side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crewlab.definitions.diff.changes import Change, field_changes
from crewlab.definitions.diff.crews import crew_changes
from crewlab.definitions.diff.flows import flow_changes
from crewlab.definitions.kinds import kind_of
from crewlab.definitions.plain import MAX_DEPTH, is_deeper_than


def diff(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Every difference between two documents, drafts and foreign ones included.

    Paths begin with `agents.`, `tasks.`, `steps.`, `state.` or the name of a field; `definitions.` are those that a
    snapshot of a flow brings. A crew and a flow have nothing in common: all of one is removed, all of the other added.
    """
    kinds = kind_of(before), kind_of(after)
    if kinds[0] != kinds[1] or is_deeper_than(before, MAX_DEPTH) or is_deeper_than(after, MAX_DEPTH):
        return list(field_changes("", before, after))
    return flow_changes(before, after, diff) if kinds[0] == "flow" else crew_changes(before, after)
