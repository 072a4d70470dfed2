"""One model call as a person sees it: however many requests it took, it started once and ends once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from crewlab.bridge.journal import Journal
from crewlab.bridge.llms.pace import UNLIMITED, Pace, settle
from crewlab.bridge.llms.tokens import Tokens
from crewlab.bridge.scope import DELEGATION, TASK_NAME, in_flight
from crewlab.errors import CrewLabError
from crewlab.executions.error_report import ErrorReport
from crewlab.executions.events import (
    BaseEvent,
    ModelCallCancelled,
    ModelCallCompleted,
    ModelCallFailed,
    ModelCallRetried,
    ModelCallStarted,
    Purpose,
)
from crewlab.executions.identity import new_id

if TYPE_CHECKING:
    from crewlab.bridge.llms.rates import Admission
    from crewlab.definitions.library.prices import PriceTable


@dataclass
class ModelCall:
    """What is known of one call so far; `journal` says which attempt it belongs to."""

    journal: Journal
    prices: PriceTable
    model: str
    purpose: Purpose
    agent: str | None
    messages: list[dict[str, Any]]
    tools: list[str] = field(default_factory=list)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    task_name: str | None = field(default_factory=TASK_NAME.get)
    parent_call_id: str | None = field(default_factory=DELEGATION.get)
    call_id: str = field(default_factory=new_id)
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    tokens: Tokens = field(default_factory=Tokens)
    response: str | None = None
    finish_reason: str | None = None
    retries: int = 0
    is_replay: bool = False
    """Whether the answer is a recorded one."""
    is_rehearsal: bool = False
    """Whether the server said that it makes its answers up."""
    pace: Pace = UNLIMITED
    admission: Admission | None = None
    """The place of the last request under its limits."""

    @contextmanager
    def recorded(self) -> Iterator[None]:
        """Start the call; leaving ends it as completed or, by the error that leaves, as failed.

        A call that is left by a cancellation ends as cancelled.
        """
        self.journal.start(self)
        try:
            with in_flight(self):
                yield
        except CrewLabError as error:
            self.journal.end(self, self._failed(error))
            raise
        except BaseException:  # raised again: whatever cuts a call short, its span is closed
            self.journal.end(self, self.cancelled())
            raise
        finally:
            settle(self, self.admission)
        self.journal.end(self, ModelCallCompleted(**self._whole(), message=f"{self.model} answered"))

    def sent_again(self, request_number: int, status: int | None, reason: str, wait_seconds: float) -> None:
        """Record that request `request_number` failed and the next one follows after `wait_seconds`."""
        self.retries += 1
        self.journal.note(
            ModelCallRetried(
                **self.about(),
                request_number=request_number,
                status=status,
                wait_seconds=wait_seconds,
                message=f"{reason} Trying again in {wait_seconds:.1f} s.",
            )
        )

    def started(self) -> BaseEvent:
        return ModelCallStarted(
            **self.about(),
            parent_call_id=self.parent_call_id,
            message=f"{self.agent or self.purpose} asks {self.model}",
        )

    def cancelled(self) -> BaseEvent:
        return ModelCallCancelled(**self._whole(), message=f"The call to {self.model} was stopped")

    def _failed(self, error: CrewLabError) -> BaseEvent:
        report = ErrorReport.from_exception(error, task_name=self.task_name)
        return ModelCallFailed(**self._whole(), error=report, message=error.message)

    def about(self) -> dict[str, Any]:
        """What every event of the call says."""
        names = {"call_id": self.call_id, "model": self.model, "agent": self.agent, "task_name": self.task_name}
        return {**self.journal.key, **names}

    def _whole(self) -> dict[str, Any]:
        is_free = self.is_replay or self.is_rehearsal
        return {
            **self.about(),
            **self.tokens.counts(),
            **({} if is_free else self.tokens.cost(self.model, self.prices, self.started_at.date())),
            "parent_call_id": self.parent_call_id,
            "purpose": self.purpose,
            "started_at": self.started_at,
            "messages": self.messages,
            "tools": self.tools,
            "parameters": dict(self.parameters),
            "response": self.response,
            "finish_reason": self.finish_reason,
            "is_rehearsal": self.is_rehearsal or is_rehearsal(self.model),
            "is_replay": self.is_replay,
            "retries": self.retries,
        }


def is_rehearsal(model: str) -> bool:
    """Whether answers of this model are made up offline."""
    return model.startswith("rehearsal/")
