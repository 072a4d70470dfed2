"""Answers that start, stop or save something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crewlab.api.gate import Answer, Call
from crewlab.api.requests import (
    BatchRequest,
    CheckRequest,
    ForecastRequest,
    ForkRequest,
    ImportRequest,
    LaunchRequest,
    LimitsRequest,
    RunnableRequest,
    SaveRequest,
    parse,
)
from crewlab.errors import InputsError

if TYPE_CHECKING:
    from crewlab.engine.catalogue import Runnable
    from crewlab.lab import Lab


def _runnable(lab: Lab, asked: RunnableRequest) -> Runnable:
    """The document or the stored version to run; a name is never taken for a path of this machine."""
    if asked.document is not None:
        return asked.document
    if asked.definition is not None:
        return lab.version(asked.definition, asked.number)
    raise InputsError("The request names no `definition` and brings no `document`.")


def _launch(lab: Lab, call: Call) -> dict[str, str]:
    asked = parse(LaunchRequest, call.body)
    runnable = _runnable(lab, asked)
    handle = lab.launch(runnable, asked.inputs, **asked.arguments())
    return {"execution_id": handle.execution_id}


def _launch_batch(lab: Lab, call: Call) -> Any:
    asked = parse(BatchRequest, call.body)
    return lab.launch_batch(_runnable(lab, asked), asked.rows, name=asked.name, **asked.arguments())


def _resume(lab: Lab, call: Call) -> Any:
    return lab.resume(call.path["execution_id"], **parse(LimitsRequest, call.body).model_dump())


def _rerun(lab: Lab, call: Call) -> dict[str, str]:
    return {"execution_id": lab.rerun(call.path["execution_id"]).execution_id}


def _fork(lab: Lab, call: Call) -> dict[str, str]:
    asked = parse(ForkRequest, call.body)
    return {"execution_id": lab.fork(call.path["execution_id"], **asked.model_dump()).execution_id}


def _save(lab: Lab, call: Call) -> Any:
    asked = parse(SaveRequest, call.body)
    options: dict[str, Any] = {"definition_id": asked.definition_id, "note": asked.note}
    return lab.save(asked.document, **options, expected_number=asked.expected_number)


def _import(lab: Lab, call: Call) -> Any:
    asked = parse(ImportRequest, call.body)
    return lab.import_document(asked.text, source=asked.source)


def _check(lab: Lab, call: Call) -> Any:
    asked = parse(CheckRequest, call.body)
    return lab.check(asked.document, llm=asked.llm)


def _forecast(lab: Lab, call: Call) -> Any:
    asked = parse(ForecastRequest, call.body)
    return lab.forecast(_runnable(lab, asked), asked.rows_count, asked.llm)


RUNNING: dict[str, Answer] = {
    "/executions": _launch,
    "/executions/{execution_id}/cancel": lambda lab, call: lab.cancel(call.path["execution_id"]),
    "/executions/{execution_id}/resume": _resume,
    "/executions/{execution_id}/rerun": _rerun,
    "/executions/{execution_id}/fork": _fork,
    "/batches": _launch_batch,
    "/batches/{batch_id}/cancel": lambda lab, call: lab.cancel_batch(call.path["batch_id"]),
    "/batches/{batch_id}/retry": lambda lab, call: {"count": lab.retry_failures(call.path["batch_id"])},
    "/definitions": _save,
    "/import": _import,
    "/check": _check,
    "/forecast": _forecast,
}
"""Path -> answer to POST."""
