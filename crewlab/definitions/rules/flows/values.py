"""Rules about values that can be known before a run: outcomes, lists, what is written and what is handed on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from crewlab.definitions.expressions.flow_expression import ROOTS, SET_ROOTS
from crewlab.definitions.expressions.names import Given
from crewlab.definitions.flows.references import PlacedAction
from crewlab.definitions.flows.state import StateContract, StateField
from crewlab.definitions.flows.step_part import StepPart
from crewlab.definitions.flows.written import Written
from crewlab.definitions.problem import Problem
from crewlab.definitions.rules.flows.kinds import (
    fits,
    given_by_text,
    given_by_value,
    may_be_empty,
    resolved,
    said,
    types_of,
)
from crewlab.definitions.rules.flows.subject import FlowSubject
from crewlab.definitions.rules.schemas import schema_flaws
from crewlab.definitions.rules.subject import error, listed, warning

_SHOWN = 80
_FILL = "List it under required of the state's schema, give it a default, or let an earlier step set it."


def routes(subject: FlowSubject) -> Iterable[Problem]:
    """An expression that routes gives outcomes that its step declares."""
    for step in subject.steps.values():
        if step.outcomes and not step.feedback and step.call in ("expression", "each"):
            field = "expr" if step.call == "expression" else "call"
            yield from _outcomes(subject, step, f"{step.where}.do.{field}")


def lists(subject: FlowSubject) -> Iterable[Problem]:
    """What each goes through is a list."""
    for step in subject.steps.values():
        text = step.action.get("in") if step.call == "each" else None
        if not isinstance(text, str):
            continue
        where = f"{step.where}.do.in"
        gives = given_by_text(text, ROOTS)
        kinds = [given.kind for given in resolved(subject, gives)]
        if not {"array", "any"} & {*kinds}:
            what = f"It gives {said(kinds)}, and each goes through a list."
            yield error("flow.each.list", where, what, "Name a list: state.rows, or outputs.find.json_dict.items.")
        elif field := may_be_empty(subject, gives):
            yield _empty(where, field, "there is no list to go through")


def written(subject: FlowSubject) -> Iterable[Problem]:
    """What a step writes into the state fits the field."""
    for step in subject.steps.values():
        values = step.body.get("set")
        for name, text in values.items() if isinstance(values, Mapping) and not subject.state_flaws else ():
            field = subject.state.fields.get(str(name))
            if field is not None:
                found = resolved(subject, given_by_text(text, SET_ROOTS), step)
                misfit = _misfit(subject.state, field, found)
                if misfit:
                    what = f"{misfit} The step fails when it comes to that."
                    hint = "Write another value, or change the type of the field in the state."
                    yield error("flow.set.type", f"{step.where}.set.{name}", what, hint)


def handed_on(subject: FlowSubject) -> Iterable[Problem]:
    """What crews, flows and agents are given is there, and has the type that they ask for."""
    for step in subject.steps.values():
        for placed in step.actions:
            if placed.call == "crew" and placed.where in subject.asked:
                yield from _to_crew(subject, placed)
            elif placed.call == "flow" and placed.where in subject.used:
                yield from _to_flow(subject, step, placed)
            elif placed.call == "agent":
                yield from _to_agent(subject, step, placed)


def made_texts(subject: FlowSubject) -> Iterable[Problem]:
    """What `string()` is given has a text of its own; a list or an object becomes one that only Python can read."""
    for step in subject.steps.values():
        for written in step.written:
            for kinds in _made_texts(subject, step, written):
                what = f"string() may be given {said(kinds)}, which becomes a text such as ListType([IntType(1)])."
                hint = "Leave string() out: within a text, ${...} writes JSON. Or name a field of it."
                yield warning("flow.string.type", f"{step.where}.{written.where}", what, hint)


def _made_texts(subject: FlowSubject, step: StepPart, written: Written) -> Iterable[list[str]]:
    """The kinds without a text of their own that each expression may give to `string()`."""
    for expression in written.readable:
        known = (one for one in expression.made_text if written.earlier.isdisjoint(one.path[1:2]))
        kinds: list[str] = [one.kind for one in resolved(subject, known, step) if one.kind in ("array", "object")]
        if kinds:
            yield kinds


def _outcomes(subject: FlowSubject, step: StepPart, where: str) -> Iterable[Problem]:
    expected = f"Its outcomes: {listed(step.outcomes)}."
    gives = given_by_text(step.action.get("expr"), ROOTS) if step.call == "expression" else (Given("array"),)
    for given in resolved(subject, gives):
        if given.kind in ("array", "object"):
            what = f"It gives {said([given.kind])}, which is no outcome."
            yield error("flow.outcome.type", where, what, f"Give a text. {expected}")
        elif given.kind in ("integer", "number") and not given.is_constant and not any(map(_is_number, step.outcomes)):
            what = "It gives a number, and no outcome is one."
            yield error("flow.outcome.type", where, what, f"Compare it: CONDITION ? 'good' : 'bad'. {expected}")
        for outcome in _texts(given):
            if outcome not in step.outcomes:
                yield _undeclared(subject, step, where, outcome, given)


def _texts(given: Given) -> tuple[str, ...]:
    """The outcomes that a value becomes; nothing becomes none."""
    if given.is_constant and given.kind not in ("null", "array", "object"):
        return (str(given.value),)
    if given.choices:
        return given.choices
    return ("True", "False") if given.kind == "boolean" else ()


def _undeclared(subject: FlowSubject, step: StepPart, where: str, outcome: str, given: Given) -> Problem:
    close = get_close_matches(outcome[:_SHOWN], step.outcomes, n=1)
    hint = "Add it to emit, or give null where nothing should follow."
    if given.kind == "boolean":
        hint = f"Turn yes and no into outcomes: CONDITION ? {step.outcomes[0]!r} : null, say."
    elif close:
        hint = f"Did you mean {close[0]!r}?"
    what = f"It may give {outcome[:_SHOWN]!r}, which is not among the outcomes of the step"
    if outcome in subject.graph.listeners:
        return warning("flow.outcome.undeclared", where, f"{what}; it is heard all the same.", hint)
    if not {*given.choices}.isdisjoint(step.outcomes):  # a field need not come to have each of its values
        return warning("flow.outcome.undeclared", where, f"{what}: it would fail there.", hint)
    return error("flow.outcome.undeclared", where, f"{what}: it fails there.", hint)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _misfit(contract: StateContract, field: StateField, found: Iterable[Given]) -> str:
    """Why one of the values that may be given does not fit; empty where nothing is known to be wrong."""
    types = types_of(field.schema)
    for given in found:
        if given.is_constant:
            problem = contract.field_problem(field.name, given.value)
            if problem is not None:
                return f"{str(given.value)[:_SHOWN]!r} does not fit {field.name!r}: {problem.what}"
        elif not fits(given.kind, types):
            return f"It may give {said([given.kind])}, and {field.name!r} holds {said(types)}."
    return ""


def _to_crew(subject: FlowSubject, placed: PlacedAction) -> Iterable[Problem]:
    """The inputs of a crew that is written in the step are templates as well."""
    asked, given = subject.asked[placed.where], _mapping(placed.action.get("inputs"))
    own = _mapping(_mapping(placed.action.get("with")).get("inputs"))
    inputs = {**own, **given}
    for name in asked.needed if not own else asked.places:
        where = f"{placed.where}.{'inputs' if name in given or name not in own else 'with.inputs'}.{name}"
        if name in inputs and inputs[name] is None:
            what = f"The crew asks for {{{name}}} (in {asked.places[name]}), and the step gives nothing."
            yield error("flow.input.missing", where, what, "Map it: a constant, or ${state.field}.")
        elif field := may_be_empty(subject, given_by_value(inputs.get(name))):
            yield _empty(where, field, f"the crew has nothing for {{{name}}}")


def _to_flow(subject: FlowSubject, step: StepPart, placed: PlacedAction) -> Iterable[Problem]:
    """Constants are looked at with the other inputs of flows."""
    contract = StateContract(subject.used[placed.where].document)
    inputs = _mapping(placed.action.get("inputs"))
    open_ = {name: value for name, value in inputs.items() if name in contract.fields and "${" in str(value)}
    if not open_ or any(schema_flaws(contract.schema) if contract.schema else ()):
        return
    for name, value in open_.items():
        field, where = contract.fields[name], f"{placed.where}.inputs.{name}"
        if misfit := _misfit(contract, field, _resolved_in(subject, step, placed, value)):
            yield error("flow.input.type", where, misfit, "Map another value, or change the schema of that flow.")
        elif field.is_required and (empty := may_be_empty(subject, given_by_value(value))):
            yield _empty(where, empty, f"the flow has nothing for {name!r}")


def _to_agent(subject: FlowSubject, step: StepPart, placed: PlacedAction) -> Iterable[Problem]:
    value, where = _mapping(placed.action.get("with")).get("input"), f"{placed.where}.with.input"
    if not isinstance(value, str) or "${" not in value:
        return
    kinds = [given.kind for given in _resolved_in(subject, step, placed, value)]
    if not {"string", "array", "any"} & {*kinds}:
        what = f"It gives {said(kinds)}, and the input of an agent is a text or a list of messages."
        yield error(
            "flow.agent.input", where, what, f"Write a text around it, as in `Summarise: {value.strip()[:80]}`."
        )
    elif field := may_be_empty(subject, given_by_value(value)):
        yield _empty(where, field, "the agent is asked nothing")


def _resolved_in(subject: FlowSubject, step: StepPart, placed: PlacedAction, value: Any) -> list[Given]:
    """What a value may be; within each, outputs are those of its own steps, of which nothing is known here."""
    is_within = placed.where != f"{step.where}.do"
    given = given_by_value(value)
    known = (Given("any") if is_within and one.path[:1] == ("outputs",) else one for one in given)
    return resolved(subject, known)


def _empty(where: str, field: str, what: str) -> Problem:
    said_ = f"state.{field} has no default and no step writes it: where a launch leaves it out, {what}."
    return warning("flow.input.empty", where, said_, _FILL)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
