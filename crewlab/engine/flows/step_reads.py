"""What each step of a flow reads and writes, and so which steps a change concerns."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from crewlab.definitions.expressions.flow_expression import EACH_ROOTS, SET_ROOTS, flow_expression
from crewlab.definitions.flows.flow import AnyAction, EachAction, ExpressionAction, FlowDocument, StepDocument
from crewlab.definitions.flows.mapping import action_inputs
from crewlab.definitions.flows.templates import template

Path = tuple[str, ...]


def affected(
    flow: FlowDocument, again: Collection[str | None], edited: Collection[str], fields: Collection[str]
) -> set[str]:
    """The steps that run again: those that are named, and all that read, directly or not, what changes.

    What changes are the outputs of steps that run `again` or are `edited`, and `fields` of the state.
    """
    found = {name for name in again if name is not None}
    changed = set(fields)
    reads = {name: frozenset(_paths(step)) for name, step in flow.steps.items()}
    while True:
        for name in (*found, *edited):
            changed |= flow.steps[name].set_.keys()
        readers = {
            name
            for name, paths in reads.items()
            if name not in found and name not in edited and _concerned(paths, found | set(edited), changed)
        }
        if not readers:
            return found
        found |= readers


def _concerned(paths: Collection[Path], steps: Collection[str], fields: Collection[str]) -> bool:
    """Whether one of the paths leads to an output or a field that changes."""
    changes = {"outputs": steps, "state": fields}
    return any(
        bool(changes[root]) and (not rest or rest[0] in changes[root]) for root, *rest in paths if root in changes
    )


def _paths(step: StepDocument) -> Iterator[Path]:
    """Everything that a step reads: in its action, within each, or where it sets state."""
    yield from _of_each(step.do) if isinstance(step.do, EachAction) else _of_action(step.do)
    for text in step.set_.values():
        yield from flow_expression(text, SET_ROOTS).paths


def _of_each(each: EachAction) -> Iterator[Path]:
    yield from flow_expression(each.in_, EACH_ROOTS).paths
    names = {inner.name for inner in each.do}
    for inner in each.do:
        condition = () if inner.if_ is None else flow_expression(inner.if_, EACH_ROOTS).paths
        yield from _outside([*condition, *_of_action(inner.action)], names)


def _of_action(action: AnyAction) -> Iterator[Path]:
    if isinstance(action, ExpressionAction):
        yield from flow_expression(action.expr, EACH_ROOTS).paths
        return
    for given in action_inputs(action):
        for placed in template(given.value, EACH_ROOTS).expressions:
            yield from placed.expression.paths


def _outside(paths: Collection[Path], inner: Collection[str]) -> Iterator[Path]:
    """Paths that do not lead to a step within the same each."""
    return (path for path in paths if len(path) < 2 or path[0] != "outputs" or path[1] not in inner)
