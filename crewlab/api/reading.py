"""Answers that only read."""

from __future__ import annotations

import io
import os
from datetime import datetime
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from crewlab.analysis.columns import FRAMES
from crewlab.api.gate import Answer, Call
from crewlab.errors import InputsError, RemoteError
from crewlab.settings import PROJECT

if TYPE_CHECKING:
    import pyarrow as pa

    from crewlab.lab import Lab

ARROW = "application/vnd.apache.arrow.stream"


def _about(lab: Lab, call: Call) -> dict[str, Any]:
    settings = lab.settings
    own = {"data": str(settings.data), "owner": settings.owner, "project": str(PROJECT)}
    return {**own, "pid": os.getpid(), "store_health": lab.store_health}


def _frame(lab: Lab, call: Call) -> Response:
    """A whole frame as an Arrow stream, or as CSV with `format=csv`."""
    from crewlab.analysis import exports, frames

    name, kind = call.path["name"], call.query.get("format", "arrow")
    if name not in FRAMES or kind not in ("arrow", "csv"):
        raise RemoteError(f"There is no frame {name!r} as {kind!r}.", f"Frames: {', '.join(FRAMES)}; arrow or csv.")
    ids = call.query.get("execution_ids")
    chosen = None if ids is None else [one for one in ids.split(",") if one]
    table = lab.store.frames.read(
        name,
        owner=lab.settings.owner,
        execution_ids=chosen,
        batch_id=call.query.get("batch_id"),
        limit=call.whole_number("limit"),
    )
    if kind == "csv":
        return Response(exports.to_csv(frames.typed(table, name)), media_type="text/csv; charset=utf-8")
    return Response(_stream(frames.declared(table, name)), media_type=ARROW)


def _stream(table: pa.Table) -> bytes:
    import pyarrow as pa

    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def _filters(call: Call) -> dict[str, Any]:
    """The filters of `Lab.executions`; several statuses are separated by commas."""
    found: dict[str, Any] = {
        name: call.query[name] for name in ("definition", "batch_id", "text") if name in call.query
    }
    if "status" in call.query:
        found["status"] = call.query["status"].split(",")
    return found


def _executions(lab: Lab, call: Call) -> Any:
    order = {"sort": call.query.get("sort", "created_at"), "descending": call.query.get("descending") != "false"}
    page = {"limit": call.whole_number("limit"), "offset": call.whole_number("offset") or 0}
    return lab.executions(**_filters(call), **order, **page)


def _spend(lab: Lab, call: Call) -> float | None:
    text = call.query.get("since")
    try:
        return lab.spend_usd(None if text is None else datetime.fromisoformat(text))
    except ValueError as error:
        raise InputsError(f"since={text!r} is not a time.") from error


def _events(lab: Lab, call: Call) -> Any:
    return lab.events(call.path["execution_id"], call.whole_number("after_event_id") or 0)


def _file(lab: Lab, call: Call) -> Response:
    content = lab.read_file(call.path["execution_id"], call.query.get("name", ""))
    # Whatever a task wrote is data to take away, never a page to show.
    return Response(content, media_type="application/octet-stream", headers={"X-Content-Type-Options": "nosniff"})


READING: dict[str, Answer] = {
    "/about": _about,
    "/engine": lambda lab, call: lab.engine_state(),
    "/frames/{name}": _frame,
    "/definitions": lambda lab, call: lab.definitions(),
    "/definitions/{name:path}": lambda lab, call: lab.definition(call.path["name"]),
    "/versions/{name:path}": lambda lab, call: lab.versions(call.path["name"]),
    "/version/{name:path}": lambda lab, call: lab.version(call.path["name"], call.whole_number("number")),
    "/executions": _executions,
    "/executions/{execution_id}": lambda lab, call: lab.execution(call.path["execution_id"]),
    "/executions/{execution_id}/events": _events,
    "/executions/{execution_id}/files": lambda lab, call: lab.files(call.path["execution_id"]),
    "/executions/{execution_id}/file": _file,
    "/count": lambda lab, call: lab.count_executions(**_filters(call)),
    "/counts": lambda lab, call: lab.counts(),
    "/spend": _spend,
    "/cassettes": lambda lab, call: lab.cassettes(),
    "/batches": lambda lab, call: lab.batches(),
    "/batches/{batch_id}": lambda lab, call: lab.batch(call.path["batch_id"]),
}
"""Path -> answer to GET."""
