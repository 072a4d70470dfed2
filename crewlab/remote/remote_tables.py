"""Tables of the running app: Arrow over HTTP, then the same analysis as beside the store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crewlab.analysis.frame_methods import FrameMethods
from crewlab.remote.connection import Connection
from crewlab.remote.remote_subscription import RemoteSubscription

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from crewlab.analysis.columns import FrameName, FrameScope

IDS_PER_REQUEST = 400
"""Longer lists of ids are asked for in parts: they travel in the address, whose length is limited."""


class RemoteTables(FrameMethods):
    """The table methods of `Lab`; a part of `RemoteLab`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._subscriptions: list[RemoteSubscription] = []

    def _frame(self, name: FrameName, scope: FrameScope) -> pd.DataFrame:
        import pyarrow as pa

        from crewlab.analysis import frames

        ids, batch_id, limit = scope.get("execution_ids"), scope.get("batch_id"), scope.get("limit")
        if not ids or len(ids) <= IDS_PER_REQUEST:
            return frames.typed(self._table(name, ids, batch_id, limit), name)
        starts = range(0, len(ids), IDS_PER_REQUEST)
        parts = [self._table(name, ids[start : start + IDS_PER_REQUEST], batch_id, limit) for start in starts]
        return frames.typed(pa.concat_tables(parts)[:limit], name)

    def _table(self, name: FrameName, ids: Sequence[str] | None, batch_id: str | None, limit: int | None) -> pa.Table:
        import pyarrow as pa

        chosen = None if ids is None else ",".join(ids)
        data = self._connection.get_bytes("frames", name, execution_ids=chosen, batch_id=batch_id, limit=limit)
        return pa.ipc.open_stream(data).read_all()
