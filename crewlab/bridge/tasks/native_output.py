"""Outcomes as crewAI's own class, for its functions and for code that was written for crewAI."""

from __future__ import annotations

from crewai.tasks.output_format import OutputFormat
from crewai.tasks.task_output import TaskOutput

from crewlab.bridge.contract import TaskOutcome
from crewlab.definitions.crew import TaskDocument


def as_output(outcome: TaskOutcome, task: TaskDocument | None = None) -> TaskOutput:
    """A copy of an outcome, which may be changed; `task` is what the outcome answers."""
    output = as_read(outcome, task)
    return output.model_copy(deep=True) if output is outcome.native else output


def as_read(outcome: TaskOutcome, task: TaskDocument | None = None) -> TaskOutput:
    """An outcome for who only reads it: a copy costs as much as all else that makes a context."""
    if isinstance(outcome.native, TaskOutput):
        return outcome.native
    fields = outcome.output_json if isinstance(outcome.output_json, dict) else None
    return TaskOutput(
        name=task.name if task else None,
        description=task.description if task else "",
        expected_output=task.expected_output if task else None,
        raw=outcome.output,
        json_dict=fields,
        agent=outcome.agent,
        output_format=OutputFormat.RAW if fields is None else OutputFormat.JSON,
    )
