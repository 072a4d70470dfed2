"""What the code that runs now belongs to: context variables, so that threads and nested agents inherit them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crewlab.bridge.llms.call import ModelCall

TASK_NAME: ContextVar[str | None] = ContextVar("crewlab_task_name", default=None)
"""The task of the document that is being worked on, also inside delegated work."""
QUIET: ContextVar[bool] = ContextVar("crewlab_quiet", default=False)
"""Whether what crewAI logs here is told by our events, so that nobody needs to read it."""
MODEL_CALL: ContextVar[ModelCall | None] = ContextVar("crewlab_model_call", default=None)
"""The recorded call whose request is in flight."""

DELEGATION: ContextVar[str | None] = ContextVar("crewlab_delegation", default=None)
"""The tool call by which an agent handed on the work that is being done."""


@contextmanager
def working_on(task_name: str) -> Iterator[None]:
    """Everything that happens inside belongs to this task."""
    token = TASK_NAME.set(task_name)
    try:
        yield
    finally:
        TASK_NAME.reset(token)


@contextmanager
def delegated_by(call_id: str) -> Iterator[None]:
    """Every call that is made inside is a part of this tool call."""
    token = DELEGATION.set(call_id)
    try:
        yield
    finally:
        DELEGATION.reset(token)


@contextmanager
def in_flight(call: ModelCall) -> Iterator[None]:
    """What crewAI's models report inside is about this call."""
    token = MODEL_CALL.set(call)
    try:
        yield
    finally:
        MODEL_CALL.reset(token)
