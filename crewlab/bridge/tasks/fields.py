"""Which fields of a task in a document reach crewAI, with the inputs filled in."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from typing import Any

from crewai.utilities.pydantic_schema_utils import create_model_from_schema
from pydantic import BaseModel, PydanticUserError

from crewlab.bridge.contract import BuiltTask
from crewlab.definitions.crew import AgentDocument, CrewDocument, TaskDocument, asynchronous, dependencies, turns, waits
from crewlab.errors import BuildError


def built_tasks(document: CrewDocument) -> tuple[BuiltTask, ...]:
    """The tasks as they will run.

    In a sequential crew with asynchronous tasks, what a task waits for says all about the order.
    """
    reads, needs = dependencies(document), waits(document)
    if asynchronous(document):
        needs = [sorted({*need, *turn}) for need, turn in zip(needs, turns(document), strict=True)]
    return tuple(
        _built(index, task, document.agents.get(task.agent or ""), reads[index], needs[index])
        for index, task in enumerate(document.tasks)
    )


def task_fields(task: TaskDocument) -> dict[str, Any]:
    """The arguments for crewAI's task. Context, guardrails and files are not its business here."""
    fields: dict[str, Any] = {
        "name": task.name,
        "description": task.description,
        "expected_output": task.expected_output,
        "markdown": bool(task.markdown),
        "tool_failure_policy": task.tool_failure_policy,
    }
    if task.security_config is not None:
        fields["security_config"] = task.security_config.as_written()
    if task.answer_schema:
        fields["output_json"] = model_of_schema(task.name, task.answer_schema)
    return fields


def guardrails_of(task: TaskDocument, agent: AgentDocument | None) -> list[tuple[str | dict[str, Any], int]]:
    """The guardrails of a task and then of its agent, each with how often the task is done again for it."""
    own: list[tuple[str | dict[str, Any], int]] = [(each, task.guardrail_max_retries) for each in task.every_guardrail]
    return [*own, (agent.guardrail, agent.guardrail_max_retries)] if agent is not None and agent.guardrail else own


def shown(guardrail: str | dict[str, Any]) -> str:
    """A guardrail in events and errors."""
    return guardrail if isinstance(guardrail, str) else f"{guardrail['python']}()"


def model_of_schema(task_name: str, schema: Mapping[str, Any]) -> type[BaseModel]:
    """The class that crewAI makes of a JSON Schema; equal schemas share one, since each costs milliseconds.

    Raises:
        BuildError: crewAI cannot make a class of this schema.
    """
    try:
        return _model_of(json.dumps(schema))
    except (ValueError, TypeError, LookupError, PydanticUserError) as error:
        hint = "Use a JSON Schema of type object with properties."
        raise BuildError(f"The schema of task {task_name!r} cannot be used: {error}", hint) from error


@functools.lru_cache(maxsize=256)
def _model_of(schema: str) -> type[BaseModel]:
    return create_model_from_schema(json.loads(schema))


def _built(
    index: int, task: TaskDocument, agent: AgentDocument | None, depends_on: list[int], needs: list[int]
) -> BuiltTask:
    guardrails = guardrails_of(task, agent)
    return BuiltTask(
        index=index,
        name=task.name,
        agent=task.agent,
        description=task.description,
        expected_output=task.expected_output,
        depends_on=tuple(depends_on),
        guardrails=tuple(shown(guardrail) for guardrail, _ in guardrails),
        guardrail_max_retries=task.guardrail_max_retries,
        guardrail_retries=tuple(retries for _, retries in guardrails),
        question=task.question,
        condition=task.condition if isinstance(task.condition, str) and task.condition.strip() else None,
        waits_for=tuple(needed for needed in needs if needed not in depends_on),
    )
