"""What the engine of this process is doing, in numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

from crewlab.errors import PoolPausedError


@dataclass(frozen=True)
class DedicatedWorker:
    """A worker of its own, and what it does."""

    name: str
    execution_id: str
    reason: str
    """Why the execution may not share a worker."""


@dataclass(frozen=True)
class RateUse:
    """A limit as it stands: what the last minute used of it."""

    key: str
    what: str
    """What is limited, in words: a model, a crew, an agent."""
    requests: int
    requests_per_minute: int | None
    tokens: int
    tokens_per_minute: int | None
    waiting: int
    """Calls that wait for their turn."""

    @property
    def is_busy(self) -> bool:
        return bool(self.requests or self.waiting)


def require_unpaused(*, is_paused: bool) -> None:
    """Raises `PoolPausedError` where somebody would wait for what a paused pool does not start."""
    if is_paused:
        raise PoolPausedError(
            "Nothing new starts while the pool is paused.",
            "Let it go on under Settings, or with `python -m crewlab unpause`; or launch in the background.",
        )


@dataclass(frozen=True)
class EngineState:
    """A moment of the engine. `None` is no cap."""

    crewai: str
    """`not loaded`, `loading`, `ready`, or `failed: ` and why."""
    running: int
    """Attempts that were taken out of the queue and are not over."""
    pending: int
    """Executions in the queue."""
    workers: int
    """How many shared workers there may be."""
    admission: int
    """Executions that one worker hosts at a time."""
    is_paused: bool = False
    """Whether nothing new starts."""
    hosted: dict[str, int] = field(default_factory=dict)
    """How many executions each shared worker hosts, by its name."""
    dedicated_workers: int = 0
    """How many workers there may be that host one execution each."""
    dedicated: tuple[DedicatedWorker, ...] = ()
    """Those that host one now, and why."""
    given_up_workers: int = 0
    """Dedicated workers that hang and were replaced."""
    owner_limit: int | None = None
    owners: dict[str, int] = field(default_factory=dict)
    """How many executions run, by owner."""
    batch_limit: int | None = None
    batches: dict[str, int] = field(default_factory=dict)
    """How many executions run, by batch."""
    rates: tuple[RateUse, ...] = ()
    """Limits of requests and tokens per minute that are in use."""
    tool_threads: int = 0
    tool_calls: int = 0
    """Tool calls that run, or wait for a thread."""
    given_up_tools: int = 0
    """Threads of tool calls that overran their time and were replaced."""
