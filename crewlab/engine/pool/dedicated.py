"""Which executions need a worker of their own: those that use something that blocks the thread it runs on.

Everything else shares a worker, whose loop must never stand still. `FEATURES` is the whole test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from crewlab.definitions.flows.crews import crew_documents

Document = Mapping[str, Any]


@dataclass(frozen=True)
class BlockingFeature:
    """A field of a document that, with some values, brings in code that blocks."""

    part: Literal["crew", "agent", "task"]
    field: str
    blocks: Callable[[Any], bool]
    """Whether this value of the field does."""
    why: str

    def used_by(self, document: Document) -> bool:
        """Whether some part of the document has the field with such a value."""
        return any(self.blocks(part[self.field]) for part in _parts(document, self.part) if self.field in part)


FEATURES: tuple[BlockingFeature, ...] = (
    BlockingFeature(
        "crew",
        "executor",
        lambda value: value == "crewai",
        "crewAI's own agent executor holds a thread for each agent at work",
    ),
)


def reasons_for_dedicated_worker(document: Document, *, executor: str = "crewlab") -> tuple[str, ...]:
    """Why an execution of `document` needs a worker of its own, each reason once; empty when it may share one.

    `executor` is that of the settings, for a document that names none.
    """
    crews = ({**crew, "executor": crew.get("executor") or executor} for crew in crew_documents(document))
    return tuple(dict.fromkeys(feature.why for crew in crews for feature in FEATURES if feature.used_by(crew)))


def _parts(document: Document, part: str) -> Iterator[Mapping[str, Any]]:
    if part == "crew":
        yield document
        return
    found = document.get("agents" if part == "agent" else "tasks") or ()
    bodies = list(found.values() if isinstance(found, Mapping) else found)
    if part == "agent":
        bodies.append(document.get("manager_agent"))
    yield from (body for body in bodies if isinstance(body, Mapping))
