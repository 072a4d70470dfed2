"""What may stand behind the `?` of an address."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from crewlab.api.operation import Query
from crewlab.definitions.interchange.exporting import ExportFormat

LONGEST_WAIT_SECONDS = 30.0

Count = Annotated[int, Field(ge=0, lt=2**63)]
"""The store counts with 64 bits."""


class VersionQuery(Query):
    """Which version."""

    number: Count | None = None
    """The latest when it is left out."""


class ExportQuery(VersionQuery):
    """Which version, and as what."""

    format: ExportFormat = "yaml"


class DiffQuery(Query):
    """What a version is compared with, such as `market-brief@3`."""

    after: str | None = None
    """The latest version of the same definition when it is left out."""


class DeleteQuery(Query):
    """How to delete what others may name."""

    even_if_used: bool = False
    """Delete it although definitions name it."""


class DefinitionsQuery(Query):
    """Which definitions."""

    kind: Literal["crew", "flow"] | None = None
    tag: str | None = None
    collection: str | None = None
    archived: Literal["no", "only", "all"] = "no"

    def filters(self) -> dict[str, Any]:
        """As arguments of `Definitions.list`."""
        archived = {"no": False, "only": True, "all": None}[self.archived]
        return {"kind": self.kind, "tag": self.tag, "collection": self.collection, "archived": archived}


class FilterQuery(Query):
    """Which executions."""

    status: str | None = None
    """One status, or several separated by commas."""
    definition: str | None = None
    batch_id: str | None = None
    text: str | None = None
    kind: Literal["crew", "flow"] | None = None
    parent: str | None = None
    """The flow that ran them as its steps; without it, only what was launched by itself."""
    content_hash: str | None = None
    """What ran was exactly this."""
    within_flows: bool | None = None
    """Also those that a flow ran as its steps."""

    def filters(self) -> dict[str, Any]:
        """As arguments of `Lab.executions`."""
        found = {name: getattr(self, name) for name in FilterQuery.model_fields if getattr(self, name) is not None}
        return found | ({"status": self.status.split(",")} if self.status is not None else {})


class WaitingQuery(Query):
    """Whose questions."""

    execution_id: str | None = None
    """Those of all executions when it is left out."""
    limit: Count | None = None


class ExecutionsQuery(FilterQuery):
    """Which executions, in which order."""

    limit: Count | None = None
    offset: Count = 0
    sort: str = "created_at"
    descending: bool = True

    def page(self) -> dict[str, Any]:
        """Order and part of the list, as arguments of `Lab.executions`."""
        return {name: getattr(self, name) for name in ("limit", "offset", "sort", "descending")}


class FrameQuery(Query):
    """Which rows, and in which form."""

    format: Literal["arrow", "csv"] = "arrow"
    execution_ids: str | None = None
    """Separated by commas."""
    batch_id: str | None = None
    limit: Count | None = None

    def scope(self) -> dict[str, Any]:
        """As arguments of `Frames.read`."""
        ids = None if self.execution_ids is None else [one for one in self.execution_ids.split(",") if one]
        return {"execution_ids": ids, "batch_id": self.batch_id, "limit": self.limit}


class SpendQuery(Query):
    """Since when."""

    since: datetime | None = None


class EventsQuery(Query):
    """From where on."""

    after_event_id: Count = 0


class AllEventsQuery(Query):
    """Which events, and from where on."""

    kinds: str | None = None
    """Separated by commas; all when it is left out."""
    after_event_id: Count | None = None
    """From now on when it is left out."""


class WaitQuery(Query):
    """How long to wait for an end."""

    wait_seconds: Annotated[float, Field(ge=0, le=LONGEST_WAIT_SECONDS)] = 0.0
    """Answer once it has come to rest (it ended, or waits for a person), or after this time as it stands."""


class BatchQuery(WaitQuery):
    """How long to wait for further ends."""

    at_rest: Count = 0
    """Answer once more executions than this have come to rest, or all."""


class FileQuery(Query):
    """Which file of an execution, as `files` calls it."""

    name: str = ""


class ModelQuery(Query):
    """Which model; its name may hold slashes."""

    model: str
