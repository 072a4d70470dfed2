"""Rules about what steps hand to crews and flows: everything that is asked for, and nothing that nobody reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from crewlab.definitions.flows.asks import missing_fields
from crewlab.definitions.flows.references import PlacedAction
from crewlab.definitions.flows.state import StateContract
from crewlab.definitions.problem import Problem
from crewlab.definitions.rules.flows.asked import Asked
from crewlab.definitions.rules.flows.subject import FlowSubject
from crewlab.definitions.rules.schemas import schema_flaws
from crewlab.definitions.rules.subject import error, listed, warning


def crew_inputs(subject: FlowSubject) -> Iterable[Problem]:
    """Each placeholder of a crew has a value, and each value a placeholder."""
    for where, asked in subject.asked.items():
        placed = subject.used[where].placed
        given = placed.action.get("inputs")
        inputs: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
        for name in asked.needed:
            if name not in inputs:
                what = f"The crew asks for {{{name}}} (in {asked.places[name]}), and the step does not give it."
                yield error(
                    "flow.input.missing", f"{where}.inputs.{name}", what, "Map it: a constant, or ${state.field}."
                )
        for name in inputs:
            if name not in asked.places:
                yield _unused(f"{where}.inputs.{name}", str(name), "The crew", asked.places)
        yield from _contexts(placed, asked)


def flow_inputs(subject: FlowSubject) -> Iterable[Problem]:
    """Each field that a nested flow needs has a value, and each value a field."""
    for placed, document in subject.used.values():
        if placed.call != "flow":
            continue
        contract = StateContract(document)
        given = placed.action.get("inputs")
        inputs: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
        for name in missing_fields(document, {**contract.defaults, **inputs}):
            if name not in inputs:
                what = f"The state of the flow needs {name!r}, and the step does not give it."
                hint = "Map it: a constant, or ${state.field}."
                yield error("flow.input.missing", f"{placed.where}.inputs.{name}", what, hint)
        for name in inputs if not contract.is_open else ():
            if name not in contract.fields:
                hint = f"Fields of its state: {listed(contract.fields)}."
                what = f"The state of the flow has no field {str(name)[:80]!r}."
                yield error("flow.input.unknown", f"{placed.where}.inputs.{name}", what, hint)
        yield from _constants(contract, inputs, f"{placed.where}.inputs")


def _constants(contract: StateContract, inputs: Mapping[str, Any], where: str) -> Iterable[Problem]:
    """What is written out fits the schema of the flow within; a schema with flaws is a problem there."""
    constants = {name: value for name, value in inputs.items() if name in contract.fields and "${" not in str(value)}
    if not constants or any(schema_flaws(contract.schema)):
        return
    for name, value in constants.items():
        if problem := contract.field_problem(name, value):
            hint = "Correct the value, or the schema of that flow."
            yield error("flow.input.type", f"{where}.{problem.where}", problem.what, hint)


def _contexts(placed: PlacedAction, asked: Asked) -> Iterable[Problem]:
    contexts = placed.action.get("context")
    for task, texts in contexts.items() if isinstance(contexts, Mapping) else ():
        where = f"{placed.where}.context.{task}"
        if task not in asked.tasks:
            close = get_close_matches(str(task)[:80], asked.tasks, n=1)
            hint = f"Did you mean {close[0]!r}?" if close else f"Its tasks: {listed(asked.tasks)}."
            yield error("flow.context.unknown", where, f"The crew has no task {str(task)[:80]!r}.", hint)
        elif isinstance(texts, list) and not all(isinstance(text, str) for text in texts):
            yield error("flow.context.type", where, "A context is a list of texts.", "Write ${outputs.step.raw}, say.")


def _unused(where: str, name: str, who: str, known: Iterable[str]) -> Problem:
    close = get_close_matches(name[:80], list(known), n=1)
    hint = f"Did you mean {close[0]!r}?" if close else "Remove it."
    return warning("flow.input.unused", where, f"{who} does not use the input {name[:80]!r}.", hint)
