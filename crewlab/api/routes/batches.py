"""Routes about batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crewlab.api.answers import BegunBatch, Number
from crewlab.api.operation import Call, Operation
from crewlab.api.queries import BatchQuery
from crewlab.api.requests import BatchRequest
from crewlab.api.runnable import runnable
from crewlab.executions.batch import Batch

if TYPE_CHECKING:
    from crewlab.lab import Lab

_ONE = "/batches/{batch_id}"


def _launch(lab: Lab, call: Call) -> BegunBatch:
    asked: BatchRequest = call.body
    wanted = runnable(lab, asked)
    batch = lab.launch_batch(wanted, asked.rows, name=asked.name, concurrency=asked.concurrency, **asked.arguments())
    return BegunBatch(**dict(batch))


async def _batch(lab: Lab, call: Call) -> Batch:
    query: BatchQuery = call.query
    return await lab.following.until_further(call.path["batch_id"], query.at_rest, query.wait_seconds)


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
    Operation("GET", _ONE, "A batch and how far it is", _batch, Batch, query=BatchQuery),
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
