"""Where an execution is, and where it may go from there."""

from __future__ import annotations

from enum import StrEnum


class ExecutionStatus(StrEnum):
    """The one vocabulary of statuses, in the store, in the pages and in the notebook."""

    PENDING = "pending"
    PREPARING = "preparing"
    RUNNING = "running"
    WAITING = "waiting"
    CANCELLING = "cancelling"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"

    @property
    def is_terminal(self) -> bool:
        return self in TERMINAL

    @property
    def is_at_rest(self) -> bool:
        """Whether it stays so until a person does something: it has ended, or waits for one."""
        return self in TERMINAL or self is ExecutionStatus.WAITING

    @property
    def is_active(self) -> bool:
        return self in ACTIVE


_S = ExecutionStatus

TERMINAL = frozenset({_S.COMPLETED, _S.FAILED, _S.CANCELLED, _S.INTERRUPTED})
ACTIVE = frozenset(_S) - TERMINAL
IN_FLIGHT = frozenset({_S.PREPARING, _S.RUNNING, _S.CANCELLING})
"""Statuses that only a living process can hold: at start they become `interrupted`."""
RESUMABLE = frozenset({_S.FAILED, _S.CANCELLED, _S.INTERRUPTED})

NEXT: dict[ExecutionStatus, frozenset[ExecutionStatus]] = {
    _S.PENDING: frozenset({_S.PREPARING, _S.CANCELLED, _S.INTERRUPTED, _S.FAILED}),
    _S.PREPARING: frozenset({_S.RUNNING, _S.CANCELLING, _S.CANCELLED, _S.FAILED, _S.INTERRUPTED}),
    _S.RUNNING: frozenset({_S.WAITING, _S.CANCELLING, _S.COMPLETED, _S.FAILED, _S.CANCELLED, _S.INTERRUPTED}),
    _S.WAITING: frozenset({_S.PENDING, _S.CANCELLED, _S.FAILED}),
    _S.CANCELLING: frozenset({_S.CANCELLED, _S.COMPLETED, _S.FAILED, _S.INTERRUPTED}),
    _S.COMPLETED: frozenset(),
    _S.FAILED: frozenset({_S.PENDING}),
    _S.CANCELLED: frozenset({_S.PENDING}),
    _S.INTERRUPTED: frozenset({_S.PENDING}),
}
"""The legal moves. `pending` after a terminal status is a resume: the next attempt of the same execution."""
