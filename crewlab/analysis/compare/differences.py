"""What was different before anything ran: definition, inputs, models."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from crewlab.analysis.tables import WIDE_LIMIT, as_text, side_by_side, table
from crewlab.definitions.diff import diff
from crewlab.definitions.models import model_of, named_llms
from crewlab.definitions.overlay import Overlay
from crewlab.executions.execution import Execution

if TYPE_CHECKING:
    import pandas as pd

Settings = Mapping[str, Any]
AS_DEFINED = "as defined"

_CHANGES = {"labels": "string", "path": "string", "kind": "string", "before": "string", "after": "string"}


def config_diff(executions: Sequence[Execution], labels: Sequence[str]) -> pd.DataFrame:
    """What changed in the definition since the baseline, once per distinct content; empty when nothing did."""
    return table(_changes(executions, labels), _CHANGES)


def input_differences(executions: Sequence[Execution], labels: Sequence[str]) -> pd.DataFrame:
    """The inputs that are not the same in all executions."""
    return _differing([execution.inputs for execution in executions], labels, "input")


def model_differences(
    executions: Sequence[Execution], labels: Sequence[str], model_calls: pd.DataFrame
) -> pd.DataFrame:
    """The models that are not the same in all executions: as defined, as launched, as called."""
    called = _called(model_calls)
    return _differing([_models(one, called.get(one.execution_id)) for one in executions], labels, "setting")


def _changes(executions: Sequence[Execution], labels: Sequence[str]) -> Iterator[dict[str, str | None]]:
    if not executions:
        return
    baseline = executions[0]
    for execution, label in zip(executions, labels, strict=True):
        yield from _record_changes(baseline, execution, label)
    variants: dict[str, list[int]] = {}
    for place, execution in enumerate(executions):
        if execution.content_hash != baseline.content_hash:
            variants.setdefault(execution.content_hash, []).append(place)
    for places in variants.values():
        names = ", ".join(labels[place] for place in places)
        for change in diff(baseline.document, executions[places[0]].document):
            before, after = (as_text(_masked(side, change.path)) for side in (change.before, change.after))
            yield {"labels": names, "path": change.path, "kind": str(change.kind), "before": before, "after": after}


def _record_changes(baseline: Execution, execution: Execution, label: str) -> Iterator[dict[str, str | None]]:
    """Tools and MCP servers whose records were not the same; the definitions name them alike."""
    before, after = ({**one.options.tools, **one.options.mcp_servers} for one in (baseline, execution))
    for name in sorted(before.keys() & after.keys()):
        if before[name] != after[name]:
            sides = {"before": as_text(before[name]), "after": as_text(after[name])}
            yield {"labels": label, "path": f"library.{name}", "kind": "changed", **sides}


def _masked(value: Any, path: str) -> Any:
    """A value of a document without any key that somebody wrote into it."""
    if value is not None and path.rpartition(".")[2] == "api_key":
        return "(hidden)"
    if isinstance(value, Mapping):
        return {name: _masked(inner, str(name)) for name, inner in value.items()}
    return [_masked(inner, "") for inner in value] if isinstance(value, list) else value


def _models(execution: Execution, called: str | None) -> dict[str, str | None]:
    options = execution.options
    written_out = Overlay(profiles=options.profiles)
    defined = {place: _described(llm) for place, llm in named_llms(execution.document, written_out)}
    chosen = {"chosen at launch": _launched(options.llm, written_out) if options.llm else AS_DEFINED}
    of_agents = {f"{agent}, chosen at launch": _launched(llm, written_out) for agent, llm in options.llms.items()}
    # what the crews of a flow called is in their own executions: its own calls alone would mislead
    calls = {} if execution.kind == "flow" else {"models called": called}
    return {**chosen, **of_agents, **calls, **defined}


def _launched(llm: Any, overlay: Overlay) -> str | None:
    """A model that a launch names; what is behind the name of a profile as well."""
    chosen = overlay.resolved(llm)
    return f"{chosen.profile.name} = {_described(chosen.llm)}" if chosen.profile else _described(llm)


def _described(llm: Any) -> str | None:
    """A model and its parameters; never its key."""
    choice = model_of(llm)
    extra = {**({"base_url": choice.base_url} if choice.base_url else {}), **choice.parameters}
    return f"{choice.model} {json.dumps(extra, sort_keys=True, default=str)}" if extra else choice.model or None


def _called(model_calls: pd.DataFrame) -> dict[str, str]:
    known = model_calls[model_calls["model"].notna()]
    return {str(key): ", ".join(sorted(set(own))) for key, own in known.groupby("execution_id")["model"]}


def _differing(settings: Sequence[Settings], labels: Sequence[str], what: str) -> pd.DataFrame:
    """A row per name whose values are not all equal; long (`label`, `value`) beyond `WIDE_LIMIT` columns."""
    names = dict.fromkeys(name for one in settings for name in one)
    differing = [name for name in names if len({as_text(one.get(name)) for one in settings}) > 1]
    rows = [
        {what: name, "label": label, "value": as_text(one.get(name))}
        for name in differing
        for one, label in zip(settings, labels, strict=True)
    ]
    long = table(rows, {what: "string", "label": "string", "value": "string"})
    return side_by_side(long, [what], {"value": "{}"}, labels) if len(labels) <= WIDE_LIMIT else long
