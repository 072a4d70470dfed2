"""Rules about the values that steps read: steps that have run, fields of the state, tasks of crews."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from crewlab.definitions.flows.mapping import TASK_KEYS
from crewlab.definitions.flows.step_part import Read, StepPart
from crewlab.definitions.problem import Problem
from crewlab.definitions.rules.flows.subject import FlowSubject
from crewlab.definitions.rules.subject import error, listed, warning

CREW_OUTPUT = ("raw", "pydantic", "json_dict", "tasks_output", "token_usage", "tasks")
"""What the output of a crew step has."""


def outputs(subject: FlowSubject) -> Iterable[Problem]:
    """A step reads outputs of steps that there are, and that have run for certain."""
    for step in subject.steps.values():
        for read in step.reads:
            if read.path[0] == "outputs" and len(read.path) > 1:
                yield from _output(subject, step, read)


def state_fields(subject: FlowSubject) -> Iterable[Problem]:
    """A step reads and writes fields that the state has."""
    if subject.state.is_open:
        return
    fields = {*subject.state.fields, "id"}
    for step in subject.steps.values():
        for read in step.reads:
            if read.path[0] == "state" and len(read.path) > 1 and read.path[1] not in fields and not read.is_asked:
                yield _no_field(read.where, read.path[1], subject.state.fields)
        written = step.body.get("set")
        for field in written if isinstance(written, Mapping) else ():
            if field not in subject.state.fields:
                yield _no_field(f"{step.where}.set.{field}", str(field), subject.state.fields)


def _output(subject: FlowSubject, step: StepPart, read: Read) -> Iterable[Problem]:
    name = read.path[1]
    other = subject.steps.get(name)
    if other is None:
        close = get_close_matches(name[:80], list(subject.steps), n=1)
        hint = f"Did you mean {close[0]!r}?" if close else f"Steps: {listed(subject.steps)}."
        if not read.is_asked:
            yield error("flow.output.unknown", read.where, f"There is no step {name[:80]!r} to read.", hint)
        return
    if not read.is_asked and name not in _over(subject, step, read) and _can_run(subject, step):
        what = f"{name!r} need not have run before this step, and then there is nothing to read."
        hint = f"Wait for {name!r}, or ask first: has(outputs.{name}) ? outputs.{name} : null."
        yield warning("flow.output.uncertain", read.where, what, hint)
    if other.call == "crew" and not other.feedback:
        yield from _crew_output(subject, other, read)


def _over(subject: FlowSubject, step: StepPart, read: Read) -> Iterable[str]:
    """The steps that have what is read of them whenever `step` begins; an error is there after a failure alone."""
    graph = subject.graph
    sets = graph.failed if read.path[2:3] == ("error",) else graph.certain
    return sets.get(step.name, ())


def _crew_output(subject: FlowSubject, other: StepPart, read: Read) -> Iterable[Problem]:
    _, name, *rest = read.path
    if rest[:1] == ["error"] and other.node.error_outcome is not None:
        return
    if rest and rest[0] not in CREW_OUTPUT:
        what = f"The output of the crew step {name!r} has no {rest[0][:80]!r}."
        hint = f"It has {', '.join(CREW_OUTPUT)}; fields of JSON are behind json_dict."
        yield error("flow.output.field", read.where, what, hint)
    elif len(rest) > 1 and rest[0] in TASK_KEYS[:1]:
        asked = subject.asked.get(f"{other.where}.do")
        tasks = asked.tasks if asked is not None else ()
        if asked is not None and rest[1] not in tasks:
            close = get_close_matches(rest[1][:80], tasks, n=1)
            hint = f"Did you mean {close[0]!r}?" if close else f"Its tasks: {listed(tasks)}."
            what = f"The crew of the step {name!r} has no task {rest[1][:80]!r}."
            yield error("flow.output.task", read.where, what, hint)


def _can_run(subject: FlowSubject, step: StepPart) -> bool:
    """Whether the step can run at all; where it cannot, that is said, and nothing more."""
    return step.name in subject.graph.reachable


def _no_field(where: str, name: str, fields: Iterable[str]) -> Problem:
    close = get_close_matches(name[:80], list(fields), n=1)
    hint = f"Did you mean {close[0]!r}?" if close else f"Fields of the state: {listed(fields)}."
    return error("flow.state.field", where, f"The state has no field {name[:80]!r}.", hint)
