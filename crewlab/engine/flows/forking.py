"""Which steps of a flow a fork runs again, and which outputs stand in for the others."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from crewlab.definitions.expressions.flow_expression import SET_ROOTS, Scope, flow_expression
from crewlab.definitions.flows.closure import Closure
from crewlab.definitions.flows.flow import FlowDocument, StepDocument, parse_flow
from crewlab.definitions.flows.state import StateContract
from crewlab.engine.flows.crew_output import with_tasks
from crewlab.engine.flows.graph import Call, Graph
from crewlab.engine.flows.step_call import outcome_of
from crewlab.engine.flows.step_reads import affected
from crewlab.errors import InputsError
from crewlab.executions.execution import Execution
from crewlab.executions.steps import FinishedStep, FlowHistory, begun_steps


@dataclass(frozen=True)
class FlowForkPlan:
    """A fork of a flow before it is stored."""

    inputs: dict[str, Any]
    given: tuple[FinishedStep, ...]
    """Calls that are not made, in the order in which they are told, with the outputs that stand in."""
    first_step: str | None
    """The first step that was edited or is run again, in the order of the document."""


def plan_flow_fork(
    source: Execution,
    history: FlowHistory,
    from_step: str | None,
    outputs: Mapping[str, str] | None,
    inputs: Mapping[str, Any] | None,
) -> FlowForkPlan:
    """A step runs again when it is named, or reads an output or a field of the state that changes.

    Raises:
        InputsError: Nothing is changed, a step is unknown, an edited output does not fit, or a value the state.
    """
    edited = dict(outputs or {})
    if from_step is None and not edited and not inputs:
        raise InputsError("Nothing is changed.", "Name a step, edit an output or the state; or rerun it as it is.")
    flow = parse_flow(Closure.of(source.document).document)
    if flow.is_conversation:
        what = "A conversation is not forked: what was said later follows from what was said before."
        raise InputsError(what, "Run it anew, with the `messages` of its state if it shall go on from there.")
    _require_known(flow, from_step, edited)
    state = StateContract(source.document).initial({**source.inputs, **(inputs or {})})
    fields = {name for name, value in state.items() if source.inputs.get(name) != value}
    again = affected(flow, {from_step} - {None}, edited, fields)
    given = _Replay(source, flow, state, again, edited).given(history)
    changed = [name for name in flow.steps if name in again or name in edited]
    return FlowForkPlan(state, given, changed[0] if changed else None)


def _require_known(flow: FlowDocument, from_step: str | None, edited: Mapping[str, str]) -> None:
    names = list(flow.steps)
    for name in [*([from_step] if from_step is not None else []), *edited]:
        if name not in flow.steps:
            raise InputsError(f"There is no step {name!r}.", f"Its steps are {', '.join(names)}.")
    for name, text in edited.items():
        if name == from_step:
            raise InputsError(f"The step {name!r} cannot be edited and run again.", "Edit it, or run from it.")
        if not text.strip():
            raise InputsError(f"The output of {name!r} is empty.", "Write what the step should have produced.")
        if flow.steps[name].human_feedback is not None:
            raise InputsError(f"The output of {name!r} is what a person said.", "Run from it, and answer anew.")


class _Replay:
    """Tells the story of the source once more, as far as it still holds."""

    def __init__(
        self,
        source: Execution,
        flow: FlowDocument,
        state: Mapping[str, Any],
        again: Collection[str],
        edited: Mapping[str, str],
    ) -> None:
        self._source, self._flow, self._again, self._edited = source, flow, again, edited
        self._graph = Graph(flow)
        self._state: dict[str, Any] = {"id": source.execution_id, **state}
        self._was: dict[str, Any] = dict(source.inputs)
        self._outputs: dict[str, Any] = {}
        self._ready = {(call.step, call.number): call for call in self._graph.begin()}
        self._given: list[FinishedStep] = []

    def given(self, history: FlowHistory) -> tuple[FinishedStep, ...]:
        finished = history.finished
        last = {one.step: one.call_number for one in finished}
        for one in finished:
            self._was.update(one.writes)
            call = self._ready.get((one.step, one.call_number))
            if call is not None and one.step not in self._again:
                is_edited = one.step in self._edited and last[one.step] == one.call_number
                self._take(call, self._changed(one) if is_edited else self._with_writes(one))
        self._stand_in({one.step for one in finished})
        inner = [self._of_source(one) for one in finished if self._is_inner(one)]
        begun = [one for one in begun_steps(history.children, self._source.execution_id) if self._goes_on(one)]
        return (*self._given, *inner, *begun)

    def _goes_on(self, one: FinishedStep) -> bool:
        """Whether a call that was not over is made again, with what was finished for it."""
        return self._is_inner(one) or ((one.step, one.call_number) in self._ready and one.step not in self._again)

    def _stand_in(self, known: Collection[str]) -> None:
        """Edited outputs of steps that had never come to an end."""
        for name in self._edited:
            call = next((call for call in self._ready.values() if call.step == name), None)
            if call is not None and name not in known:
                new = FinishedStep(step=name, call_number=call.number, attempt=self._source.attempt)
                self._take(call, self._changed(new))

    def _take(self, call: Call, one: FinishedStep) -> None:
        self._ready.pop((call.step, call.number))
        self._given.append(one)
        self._state.update(one.writes)
        self._outputs[one.step] = with_tasks(one.output)
        following = self._graph.over(call, one.outcome, failed=one.error is not None)
        self._ready.update({(next_.step, next_.number): next_ for next_ in following})

    def _is_inner(self, one: FinishedStep) -> bool:
        """Of an each that is not over: what it has done for some items still holds."""
        outer, bracket, _ = one.step.partition("[")
        return bool(bracket) and outer not in self._again and outer not in {given.step for given in self._given}

    def _of_source(self, one: FinishedStep) -> FinishedStep:
        return one.model_copy(update={"execution_id": one.execution_id or self._source.execution_id})

    def _with_writes(self, one: FinishedStep) -> FinishedStep:
        """With all that it sets: what had the same value already is not on record, and may have another one here."""
        names = () if one.error is not None else self._flow.steps[one.step].set_
        writes = {name: self._was[name] for name in names if name in self._was}
        return self._of_source(one).model_copy(update={"writes": {**one.writes, **writes}})

    def _changed(self, one: FinishedStep) -> FinishedStep:
        """A call with the output that a person wrote, and what follows from it."""
        step = self._flow.steps[one.step]
        output = _edited_output(one.step, step.do.call, one.output, self._edited[one.step])
        scope = Scope(self._state, self._outputs, self._source.created_at, {"output": output})
        writes = {name: flow_expression(text, SET_ROOTS).value(scope) for name, text in step.set_.items()}
        changes = {
            "output": output,
            "outcome": self._outcome(one.step, step, output) if step.is_router else None,
            "writes": writes,
            "error": None,
            "is_edited": True,
        }
        return self._of_source(one).model_copy(update=changes)

    def _outcome(self, name: str, step: StepDocument, output: Any) -> str | None:
        outcome = outcome_of(step.do.call, output)
        if outcome is None or not step.outcomes or outcome in step.outcomes or self._graph.hears(outcome):
            return outcome
        what = f"The output of {name!r} would be {outcome[:80]!r}, which is not among its outcomes."
        raise InputsError(what, f"Its outcomes: {', '.join(step.outcomes)[:400]}.")


def _edited_output(name: str, call: str, before: Any, text: str) -> Any:
    """What a person wrote in the shape that the step would have given it."""
    if call in ("crew", "agent"):
        shape = before if isinstance(before, dict) and "raw" in before else {"json_dict": None, "pydantic": None}
        fields = {key: _json(name, text) for key in ("json_dict", "pydantic") if shape.get(key) is not None}
        return {**shape, "raw": text, **fields}
    if before is None:
        return _json_or_text(text)
    return text if isinstance(before, str) else _json(name, text)


def _json(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise InputsError(f"The output of {name!r} is not JSON: {error}.", "The step gives JSON.") from error


def _json_or_text(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
