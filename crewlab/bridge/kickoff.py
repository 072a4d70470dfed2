"""Code that is called before the first task, with the inputs, and after the last one, with the crew's output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from crewai.crews.crew_output import CrewOutput
from crewai.types.usage_metrics import UsageMetrics

from crewlab.bridge.callables import Callables
from crewlab.bridge.contract import TaskOutcome
from crewlab.bridge.tasks.native_output import as_output
from crewlab.definitions.crew import CrewDocument
from crewlab.errors import CodeError

_BEFORE, _AFTER = "The callback before the run", "The callback after the run"


async def inputs_before(document: CrewDocument, inputs: Mapping[str, Any], code: Callables) -> Mapping[str, Any]:
    """The inputs as the crew's callbacks leave them; one that returns nothing leaves them as they are.

    Raises:
        CodeError: One fails, or returns something that is no inputs.
    """
    for callback in document.before_kickoff_callbacks or []:
        if isinstance(callback, dict):
            given = dict(inputs)
            changed = await code.call(callback, _BEFORE, given)
            inputs = given if changed is None else changed
            if not isinstance(inputs, Mapping):
                raise CodeError(f"{_BEFORE} returned {type(inputs).__name__}.", "Return the inputs as a dict.")
    return inputs


async def outcome_after(
    document: CrewDocument, last: TaskOutcome, outcomes: Mapping[int, TaskOutcome], code: Callables
) -> TaskOutcome:
    """The crew's output as its callbacks leave it.

    Raises:
        CodeError: One fails, or returns something that is no output.
    """
    for callback in document.after_kickoff_callbacks or []:
        if isinstance(callback, dict):
            given = _crew_output(document, last, outcomes)
            changed = await code.call(callback, _AFTER, given)
            output = given if changed is None else changed
            if not isinstance(output, CrewOutput):
                raise CodeError(f"{_AFTER} returned {type(output).__name__}.", "Return the output that it was given.")
            last = replace(last, output=output.raw, output_json=output.json_dict, native=None)
    return last


def _crew_output(document: CrewDocument, last: TaskOutcome, outcomes: Mapping[int, TaskOutcome]) -> CrewOutput:
    every = [as_output(outcomes[index], document.tasks[index]) for index in sorted(outcomes)]
    fields = last.output_json if isinstance(last.output_json, dict) else None
    return CrewOutput(raw=last.output, json_dict=fields, tasks_output=every, token_usage=UsageMetrics())
