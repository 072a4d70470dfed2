"""Which executions a reader asks for: of the lab and of the remote one alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from crewlab.definitions.arguments import count_of, require_choice, require_known, texts_of
from crewlab.executions.status import ExecutionStatus


class ExecutionFilters(TypedDict, total=False):
    """What has to hold, all of it; what is left out, or `None`, is not asked for."""

    status: str | Iterable[str] | None
    """One of several will do."""
    definition: str | None
    """Its id, its name now, or its name at the launch."""
    batch_id: str | None
    text: str | None
    """Found in the id, the name of the definition, the inputs, the output, the message or the error."""
    kind: str | None
    """`crew` or `flow`."""
    parent: str | None
    """The flow that runs them as its steps; without it, only what was launched by itself."""
    content_hash: str | None
    """What ran was exactly this."""
    within_flows: bool
    """Also those that a flow runs as its steps."""


class ExecutionListing(ExecutionFilters, total=False):
    """Which executions, in which order, and which part of the list."""

    limit: int | None
    offset: int | None
    sort: str | None
    """By default `created_at`."""
    descending: bool | None
    """The greatest first, as by default."""


def filters_of(given: Mapping[str, Any], declared: type = ExecutionFilters) -> dict[str, Any]:
    """Those that are given, with `status` as a list.

    Raises:
        ArgumentError: There is no such status or kind, or a number cannot be one.
        TypeError: There is no such filter.
    """
    require_known(given, declared)
    found = {name: value for name, value in given.items() if value is not None}
    require_choice(found.get("kind"), "kind", ("crew", "flow"))
    for name in found.keys() & {"limit", "offset"}:
        found[name] = count_of(found[name], name)
    if "status" in found:
        found["status"] = texts_of(found["status"], "status")
    for status in found.get("status", ()):
        require_choice(status, "status", list(ExecutionStatus))
    return found
