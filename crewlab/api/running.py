"""Answers that start, stop or save something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crewlab.api.gate import Answer, Call
from crewlab.errors import InputsError

if TYPE_CHECKING:
    from crewlab.engine.catalogue import Runnable
    from crewlab.lab import Lab


def _runnable(lab: Lab, call: Call) -> Runnable:
    """The document or the stored version to run; a name is never taken for a path of this machine."""
    document, name = call.body.get("document"), call.body.get("definition")
    if isinstance(document, dict):
        return document
    if isinstance(name, str):
        return lab.version(name, call.body.get("number"))
    raise InputsError("A launch names a `definition` or brings a `document`.")


def _options(call: Call) -> dict[str, Any]:
    return {"llm": call.body.get("llm"), "timeout_seconds": call.body.get("timeout_seconds")}


def _launch(lab: Lab, call: Call) -> dict[str, str]:
    handle = lab.launch(_runnable(lab, call), call.body.get("inputs"), **_options(call))
    return {"execution_id": handle.execution_id}


def _launch_batch(lab: Lab, call: Call) -> Any:
    rows = call.body.get("rows")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputsError("A batch needs `rows`, a list of objects.")
    return lab.launch_batch(_runnable(lab, call), rows, name=call.body.get("name"), **_options(call))


def _save(lab: Lab, call: Call) -> Any:
    known = {name: call.body[name] for name in ("definition_id", "note", "expected_number") if name in call.body}
    return lab.save(_document(call), **known)


def _import(lab: Lab, call: Call) -> Any:
    return lab.import_document(str(call.body.get("text", "")), source=str(call.body.get("source", "")))


def _check(lab: Lab, call: Call) -> Any:
    return lab.check(_document(call), llm=call.body.get("llm"))


def _forecast(lab: Lab, call: Call) -> Any:
    return lab.forecast(_runnable(lab, call), int(call.body.get("rows_count", 1)), call.body.get("llm"))


def _document(call: Call) -> dict[str, Any]:
    document = call.body.get("document")
    if not isinstance(document, dict):
        raise InputsError("The request brings no `document`.")
    return document


RUNNING: dict[str, Answer] = {
    "/executions": _launch,
    "/executions/{execution_id}/cancel": lambda lab, call: lab.cancel(call.path["execution_id"]),
    "/executions/{execution_id}/resume": lambda lab, call: lab.resume(call.path["execution_id"]),
    "/batches": _launch_batch,
    "/batches/{batch_id}/cancel": lambda lab, call: lab.cancel_batch(call.path["batch_id"]),
    "/batches/{batch_id}/retry": lambda lab, call: {"count": lab.retry_failures(call.path["batch_id"])},
    "/definitions": _save,
    "/import": _import,
    "/check": _check,
    "/forecast": _forecast,
}
"""Path -> answer to POST."""
