"""Rules about the values that steps read: steps that have run, fields of the state, tasks of crews."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from crewlab.definitions.flows.mapping import TASK_KEYS
from crewlab.definitions.flows.step_part import Read, StepPart
from crewlab.definitions.problem import Problem
from crewlab.definitions.rules.flows.asked import Asked
from crewlab.definitions.rules.flows.subject import FlowSubject
from crewlab.definitions.rules.subject import error, listed, warning

CREW_OUTPUT = ("raw", "pydantic", "json_dict", "tasks_output", "token_usage", "tasks")
"""What the output of a crew step has."""

JSON = ("json_dict", "pydantic")
"""Those that are nothing where a task answers in text."""


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
    if other is None and name in subject.added:
        return
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
    if not rest or (rest[:1] == ["error"] and other.node.error_outcome is not None):
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
    if asked := subject.asked.get(f"{other.where}.do"):
        yield from _json(asked, rest, read)


def _json(asked: Asked, rest: list[str], read: Read) -> Iterable[Problem]:
    """Fields of JSON are read of a task that answers with them, where that can be known."""
    by_name = rest[0] == "tasks" and len(rest) > 1
    task, *path = rest[1:] if by_name else [asked.tasks[-1] if asked.tasks else "", *rest]
    answer = dict(zip(asked.tasks, asked.answers, strict=True)).get(task)
    if answer is None or read.is_asked or len(path) < 2 or path[0] not in JSON or not (by_name or answer.is_certain):
        return
    if answer.key is None:
        what, hint = f"The task {task!r} answers in text, so it has no fields.", "Give it a JSON Schema in output_json."
    elif answer.key != path[0]:
        what, hint = f"The fields of the task {task!r} are not in {path[0]}.", f"Write {answer.key} instead."
    elif answer.fields and path[1] not in answer.fields:
        what = f"The JSON of the task {task!r} has no field {path[1][:80]!r}."
        hint = f"Its fields: {listed(answer.fields)}."
    else:
        return
    yield warning("flow.output.json", read.where, what, hint)


def _can_run(subject: FlowSubject, step: StepPart) -> bool:
    """Whether the step can run at all; where it cannot, that is said, and nothing more."""
    return step.name in subject.graph.reachable


def _no_field(where: str, name: str, fields: Iterable[str]) -> Problem:
    close = get_close_matches(name[:80], list(fields), n=1)
    hint = f"Did you mean {close[0]!r}?" if close else f"Fields of the state: {listed(fields)}."
    return error("flow.state.field", where, f"The state has no field {name[:80]!r}.", hint)
