"""The executions that a flow begins as its steps, as they are stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crewlab.definitions.flows.closure import snapshot_hash
from crewlab.definitions.flows.conversation import added_steps
from crewlab.definitions.kinds import Kind, kind_of
from crewlab.definitions.models import is_rehearsal
from crewlab.definitions.version import content_hash
from crewlab.executions.execution import Execution, NewExecution
from crewlab.executions.identity import new_id

_OF_THE_LAUNCH = {"max_tokens": None, "max_cost_usd": None}
"""Limits that are kept for the whole of a flow. Its time limit is over before that of a part, which begins later."""


def parts_count(document: Mapping[str, Any]) -> int:
    """How many tasks a crew has, or how many steps a flow, with those that a conversation adds."""
    if kind_of(document) == "crew":
        return len(document.get("tasks") or ())
    return len(document.get("methods") or ()) + len(added_steps(document))


def part_of(
    flow: Execution,
    step: str,
    document: dict[str, Any],
    entry: Mapping[str, Any] | None,
    inputs: Mapping[str, Any],
    context: Mapping[str, tuple[str, ...]] | None = None,
) -> NewExecution:
    """What a step of `flow` runs: `document`, which is the version `entry`, or written in the step itself.

    `context` are texts that tasks are given besides the outputs of others.
    """
    named = entry or {}
    kind: Kind = kind_of(document)
    options = flow.options.model_copy(update={**_OF_THE_LAUNCH, "context": dict(context or {})})
    return NewExecution(
        execution_id=new_id(),
        owner=flow.owner,
        kind=kind,
        definition_id=named.get("definition_id"),
        definition_name=named.get("name") or document.get("name") or step,
        version_number=named.get("number"),
        content_hash=snapshot_hash(document) if kind == "flow" else named.get("content_hash") or content_hash(document),
        document=document,
        inputs=dict(inputs),
        options=options,
        origin="foreground",
        is_rehearsal=is_rehearsal(document, options.overlay),
        tasks_total=parts_count(document),
        parent_execution_id=flow.execution_id,
        parent_step=step,
        root_execution_id=flow.tree_id,
    )
