"""Several executions launched together over a table of inputs."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from crewlab.executions.launch import Origin


class NewBatch(BaseModel):
    """A batch to store together with its executions."""

    model_config = ConfigDict(frozen=True)

    batch_id: str
    owner: str
    name: str
    definition_id: str | None = None
    definition_name: str
    version_number: int | None = None
    input_columns: tuple[str, ...] = ()
    origin: Origin = "background"


class Batch(NewBatch):
    """A batch and how far it is: `counts` maps each status that occurs to a number of executions."""

    created_at: datetime
    size: int
    counts: dict[str, int]

    @property
    def ended(self) -> int:
        """Executions that will not change any more by themselves."""
        return sum(self.counts.get(name, 0) for name in ("completed", "failed", "cancelled", "interrupted"))

    @property
    def waiting(self) -> int:
        """Executions that wait for a person."""
        return self.counts.get("waiting", 0)

    @property
    def at_rest(self) -> int:
        """Executions that stay as they are until a person does something."""
        return self.ended + self.waiting
