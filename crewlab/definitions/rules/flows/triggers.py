"""Rules about what steps wait for: names that there are, loops that end, joins that can fire, steps that can run."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from crewlab.definitions.flows.step_part import StepPart
from crewlab.definitions.problem import Problem
from crewlab.definitions.rules.flows.subject import FlowSubject
from crewlab.definitions.rules.subject import error, listed, warning

_ROUTES = "conversational.router.routes"


def beginnings(subject: FlowSubject) -> Iterable[Problem]:
    """Some step starts."""
    if subject.steps and not subject.graph.beginnings:
        yield error("flow.start.missing", "methods", "No step starts, so nothing runs.", "Write `start: true` in one.")


def names(subject: FlowSubject) -> Iterable[Problem]:
    """A step waits for steps and outcomes that there are, and not for itself."""
    for step in subject.steps.values():
        for field, trigger in step.triggers:
            where = f"{step.where}.{field}"
            for name in trigger.names:
                if name == step.name and name not in _others(subject, step):
                    what = "The step waits for itself, so it never runs, or runs without end."
                    yield error("flow.trigger.self", where, what, "Wait for another step, or for an outcome.")
                elif name not in subject.steps and name not in subject.added and name not in subject.outcomes:
                    yield _unknown(subject, where, name)


def outcomes(subject: FlowSubject) -> Iterable[Problem]:
    """Somebody listens to each outcome, and no outcome is called like a step."""
    for outcome, steps in subject.outcomes.items():
        step = steps[0]
        where = f"{step.where}.{_field(step, outcome)}" if step.name in subject.steps else _ROUTES
        if outcome in subject.steps and outcome != step.name:
            what = f"The outcome {outcome!r} is called like a step, and whoever waits for one is run by the other."
            is_route = step.name not in subject.steps
            where, hint = (f"methods.{outcome}", "Rename the step.") if is_route else (where, "Rename the outcome.")
            yield error("flow.outcome.name", where, what, hint)
        elif outcome not in subject.graph.listeners:
            yield _unheard(step, outcome, where)


def endless(subject: FlowSubject) -> Iterable[Problem]:
    """A loop goes through a step that decides whether it goes on."""
    for loop in subject.graph.endless:
        what = f"These steps run each other without end: {' → '.join(loop)}."
        hint = "Let one of them be a router, and the loop follow from one of its outcomes."
        yield error("flow.cycle", f"methods.{loop[0]}.listen", what, hint)


def unreachable(subject: FlowSubject) -> Iterable[Problem]:
    """Every step can run: what it waits for can happen, and together where it waits for all of it."""
    graph = subject.graph
    if not graph.beginnings:
        return
    looping = {name for loop in graph.endless for name in loop}
    for name in (name for name in subject.steps if name not in graph.reachable and name not in looping):
        step = subject.steps[name]
        missing = [said for said in graph.by_name[name].names if said in subject.steps or said in subject.outcomes]
        if step.triggers and len(missing) == len(graph.by_name[name].names):
            dead = [said for said in missing if not _can_happen(subject, said)] or missing
            what = f"The step can never run: nothing that starts leads to {listed(dead)}."
            yield error("flow.step.unreachable", step.where, what, "Listen to a step that runs, or remove it.")
    for exclusive in graph.exclusive:
        what = f"The step waits for things of which {exclusive.router!r} lets only one happen, so it never runs."
        hint = "Wait for any of them with `or`, or for a step that runs in either case."
        yield error("flow.join.never", f"methods.{exclusive.step}.listen", what, hint)


def _others(subject: FlowSubject, step: StepPart) -> set[str]:
    """Outcomes of other steps, which a step may be called like without waiting for itself."""
    return {outcome for outcome, steps in subject.outcomes.items() if any(other is not step for other in steps)}


def _unknown(subject: FlowSubject, where: str, name: str) -> Problem:
    known = [*subject.steps, *subject.outcomes]
    close = get_close_matches(name[:80], known, n=1)
    hint = f"Did you mean {close[0]!r}?" if close else f"Steps and outcomes: {listed(known)}."
    if subject.has_open_router:
        what = f"There is no step {name[:80]!r}, and no router says that it may take such an outcome."
        return warning("flow.trigger.undeclared", where, what, hint)
    return error("flow.trigger.unknown", where, f"There is no step or outcome {name[:80]!r}.", hint)


def _unheard(step: StepPart, outcome: str, where: str) -> Problem:
    if outcome == step.error_outcome:
        what = f"Nobody listens to {outcome!r}: where the step fails, the flow would go on without anybody noticing."
        return error("flow.outcome.unheard", where, what, "Let a step listen to it, or remove on_error.")
    what = f"Nobody listens to the outcome {outcome!r}; the flow ends there, unless others go on."
    return warning("flow.outcome.unheard", where, what, "Let a step listen to it, if something should follow.")


def _field(step: StepPart, outcome: str) -> str:
    if outcome in step.outcomes:
        return "human_feedback.emit" if step.feedback.get("emit") else "emit"
    return "on_error.emit"


def _can_happen(subject: FlowSubject, said: str) -> bool:
    """Whether a step that can run is called so, or raises such an outcome."""
    raised_by = (step.name for step in subject.outcomes.get(said, ()))
    return any(name in subject.graph.reachable for name in (said, *raised_by))
