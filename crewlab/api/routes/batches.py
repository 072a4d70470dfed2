"""Routes about batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewlab.api.answers import BegunBatch, Number
from crewlab.api.operation import Call, Operation
from crewlab.api.requests import BatchRequest
from crewlab.api.runnable import runnable
from crewlab.executions.batch import Batch

if TYPE_CHECKING:
    from crewlab.lab import Lab

_ONE = "/batches/{batch_id}"


def _launch(lab: Lab, call: Call) -> BegunBatch:
    asked: BatchRequest = call.body
    batch = lab.launch_batch(runnable(lab, asked), asked.rows, name=asked.name, **asked.arguments())
    return BegunBatch(**dict(batch))


OPERATIONS = (
    Operation("GET", "/batches", "All, newest first", lambda lab, call: lab.batches(), list[Batch]),
    Operation(
        "POST",
        "/batches",
        "Run once per row in the background",
        _launch,
        BegunBatch,
        202,
        body=BatchRequest,
        location=_ONE,
    ),
    Operation("GET", _ONE, "A batch and how far it is", lambda lab, call: lab.batch(call.path["batch_id"]), Batch),
    Operation(
        "POST",
        f"{_ONE}/cancel",
        "Stop what has not ended",
        lambda lab, call: lab.cancel_batch(call.path["batch_id"]),
        Batch,
    ),
    Operation(
        "POST",
        f"{_ONE}/retry",
        "Queue the next attempt of each that failed",
        lambda lab, call: Number(count=lab.retry_failures(call.path["batch_id"])),
        Number,
    ),
)
