"""What changed between two documents, by agent, task and step instead of by line."""

from crewlab.definitions.diff.changes import Change, Kind
from crewlab.definitions.diff.documents import diff

__all__ = ["Change", "Kind", "diff"]
