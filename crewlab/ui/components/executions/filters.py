"""Which executions the list shows, as one record that the page's address can hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from crewlab.executions.status import ExecutionStatus

SORTS: dict[str, tuple[str, bool]] = {
    "Newest first": ("created_at", True),
    "Oldest first": ("created_at", False),
    "Longest first": ("duration_seconds", True),
    "Most expensive first": ("cost_usd", True),
    "Most tokens first": ("total_tokens", True),
    "By row of the table": ("row_number", False),
}
"""Label of each order, the column it sorts by, and whether it descends."""

NEWEST = "Newest first"
BY_ROW = "By row of the table"
PAGE_SIZES = (25, 50, 100, 250)
KINDS = {"crew": "Crews", "flow": "Flows"}
"""Kinds of definition, and the word by which lists are filtered by each."""
ADDRESSED = frozenset({"status", "kind", "definition", "batch", "text", "sort"})
"""The parameters of the list's address."""


def default_sort(batch_id: str | None) -> str:
    """A batch is read like its table; everything else with the newest on top."""
    return BY_ROW if batch_id else NEWEST


@dataclass(frozen=True)
class ExecutionFilters:
    """Empty values let everything through; an unknown order becomes the usual one."""

    statuses: tuple[str, ...] = ()
    definition: str | None = None
    batch_id: str | None = None
    text: str = ""
    sort: str = ""
    kind: str | None = None

    def __post_init__(self) -> None:
        if self.sort not in SORTS:
            object.__setattr__(self, "sort", default_sort(self.batch_id))

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Self:
        """Read an address such as `?status=failed,interrupted&batch=…`; what is not known is left out."""
        known = [status for status in query.get("status", "").split(",") if status in set(ExecutionStatus)]
        return cls(
            statuses=tuple(known),
            definition=query.get("definition") or None,
            batch_id=query.get("batch") or None,
            text=query.get("text", ""),
            sort=query.get("sort", ""),
            kind=query.get("kind") if query.get("kind") in KINDS else None,
        )

    def to_query(self) -> dict[str, str]:
        """The address that shows the same list again."""
        query = {
            "status": ",".join(self.statuses),
            "kind": self.kind or "",
            "definition": self.definition or "",
            "batch": self.batch_id or "",
            "text": self.text,
            "sort": "" if self.sort == default_sort(self.batch_id) else self.sort,
        }
        return {name: value for name, value in query.items() if value}

    def arguments(self) -> dict[str, Any]:
        """Keyword arguments for `lab.executions` and `lab.count_executions`, without order and page."""
        return {
            "status": self.statuses or None,
            "kind": self.kind,
            "definition": self.definition,
            "batch_id": self.batch_id,
            "text": self.text or None,
        }

    def order(self) -> dict[str, Any]:
        """Keyword arguments of `lab.executions` for the order."""
        column, descending = SORTS[self.sort]
        return {"sort": column, "descending": descending}
