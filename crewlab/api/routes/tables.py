"""Routes that answer with whole tables."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from starlette.responses import Response

from crewlab.analysis.columns import FRAMES
from crewlab.api.operation import Call, Operation
from crewlab.api.queries import FrameQuery
from crewlab.errors import RemoteError

if TYPE_CHECKING:
    import pyarrow as pa

    from crewlab.lab import Lab

ARROW = "application/vnd.apache.arrow.stream"


def _frame(lab: Lab, call: Call) -> Response:
    """A whole frame as an Arrow stream, or as CSV."""
    from crewlab.analysis import exports, frames

    name, query = call.path["name"], call.query
    if name not in FRAMES:
        raise RemoteError(f"There is no frame {name!r}.", f"Frames: {', '.join(FRAMES)}.")
    table = lab.store.frames.read(name, owner=lab.settings.owner, **query.scope())
    if query.format == "csv":
        return Response(exports.to_csv(frames.typed(table, name)), media_type="text/csv; charset=utf-8")
    return Response(_stream(frames.declared(table, name)), media_type=ARROW)


def _stream(table: pa.Table) -> bytes:
    import pyarrow as pa

    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


OPERATIONS = (
    Operation(
        "GET",
        "/frames/{name}",
        f"A table: {', '.join(FRAMES)}",
        _frame,
        query=FrameQuery,
        media={ARROW: "An Arrow stream.", "text/csv": "The same columns as CSV, with `format=csv`."},
    ),
)
