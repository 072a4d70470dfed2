"""What the HTTP API answers with, where it is no record of the lab itself."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from crewlab.executions.batch import Batch
from crewlab.executions.events import EVENTS

_ANY_EVENT: Any = Annotated[reduce(or_, EVENTS), Field(discriminator="kind")]
NUMBERED_EVENTS: Any = list[tuple[int, _ANY_EVENT]]
"""Events, each with its id."""


class _Answer(BaseModel):
    """Its docstrings are the descriptions in the OpenAPI document."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class About(_Answer):
    """The process that answers."""

    data: str
    """Its data folder."""
    owner: str
    project: str
    pid: int
    store_health: str
    """`ok`, or what is wrong with the store."""


class Begun(_Answer):
    """An execution that was put into the queue."""

    execution_id: str
    status: Literal["pending"] = "pending"


class BegunBatch(Batch):
    """A batch that was put into the queue."""

    status: Literal["pending"] = "pending"


class Number(_Answer):
    """How many."""

    count: int


class ErrorBody(_Answer):
    """An error: a sentence, and what to do next."""

    type: str
    """Its class in `crewlab.errors`."""
    message: str
    hint: str
    values: dict[str, Any] = Field(default_factory=dict)
    """Its other attributes."""


class ErrorAnswer(_Answer):
    """What is answered instead, with a status of 400 or more."""

    error: ErrorBody
