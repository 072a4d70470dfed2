"""Runs one attempt of a crew as the engine does: its own context, its own loop, a pool for what blocks."""

from __future__ import annotations

import asyncio
import atexit
import contextvars
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from crewlab.bridge import load
from crewlab.bridge.contract import BuildRequest, BuiltCrew, TaskOutcome
from crewlab.definitions.library.prices import PriceTable
from crewlab.executions.events import BaseEvent

T = TypeVar("T")
E = TypeVar("E", bound=BaseEvent)


@dataclass
class Attempt:
    """What an attempt recorded, and how it ended."""

    events: list[BaseEvent] = field(default_factory=list)
    outcomes: dict[int, TaskOutcome] = field(default_factory=dict)
    final: TaskOutcome | None = None
    error: BaseException | None = None

    def of(self, kind: type[E]) -> list[E]:
        """The events of this class, in order."""
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def kinds(self) -> list[str]:
        return [event.kind for event in self.events]


@cache
def _folders() -> str:
    """Where this process keeps the files of its attempts until it ends."""
    made = tempfile.mkdtemp(prefix="crewlab-test-")
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def request_for(document: Mapping[str, Any], inputs: Mapping[str, Any] | None = None, **changes: Any) -> BuildRequest:
    """A request with short waits, no keys and an empty folder of files."""
    folder = Path(tempfile.mkdtemp(dir=_folders()))
    request = BuildRequest(
        execution_id="execution-1",
        attempt=1,
        document=document,
        inputs=inputs or {},
        folder=folder / "out",
        files=folder / "files",
        credentials=lambda _: None,
        record=lambda _: None,
        run_blocking=in_pool,
        prices=PriceTable(),
        model_attempts=3,
        retry_wait_seconds=0.01,
        model_timeout_seconds=60.0,
        tool_timeout_seconds=60.0,
    )
    return replace(request, **changes)


def run(document: Mapping[str, Any], inputs: Mapping[str, Any] | None = None, **changes: Any) -> Attempt:
    """Run every task in the order of the document; an error ends the attempt and is kept on it."""

    async def all_tasks(attempt: Attempt) -> None:
        async with opened(document, inputs, record=attempt.events.append, **changes) as crew:
            for task in crew.tasks:
                attempt.outcomes[task.index] = await crew.run_task(task.index, attempt.outcomes)
                await crew.conclude(task.index, attempt.outcomes[task.index])
            attempt.final = await crew.finish(attempt.outcomes)

    return in_context(all_tasks)


def in_context(work: Callable[[Attempt], Coroutine[Any, Any, None]]) -> Attempt:
    """Run the coroutine of `work(attempt)` as the engine runs an attempt."""
    attempt = Attempt()

    async def whole() -> None:
        try:
            await asyncio.create_task(work(attempt), context=contextvars.Context())
        except Exception as error:  # noqa: BLE001 - whatever it is, the test looks at it
            attempt.error = error
        finally:
            await load().close_models()

    asyncio.run(whole())
    return attempt


@asynccontextmanager
async def opened(
    document: Mapping[str, Any], inputs: Mapping[str, Any] | None = None, **changes: Any
) -> AsyncIterator[BuiltCrew]:
    """A crew between open and close; call inside `in_context`."""
    crew = load().build(request_for(document, inputs, **changes))
    error = None
    try:
        await crew.open()
        yield crew
    except BaseException as left:
        error = left
        raise
    finally:
        await crew.close(error)


async def in_pool(function: Callable[[], T], *, timeout_seconds: float) -> T:
    """As the engine's tool pool: another thread, the caller's context variables, a time limit."""
    context = contextvars.copy_context()
    with_context = _POOL.submit(context.run, function)
    return await asyncio.wait_for(asyncio.wrap_future(with_context), timeout_seconds)


_POOL = ThreadPoolExecutor(8, thread_name_prefix="test-tools")


def one_task(llm: Any = "rehearsal/plain", **task: Any) -> dict[str, Any]:
    """A crew of one agent and one task."""
    return {
        "name": "one",
        "llm": llm,
        "agents": {"writer": {"role": "Writer", "goal": "Write well", "backstory": "A writer."}},
        "tasks": [
            {
                "name": "write",
                "description": "Write about {topic}",
                "expected_output": "A line",
                "agent": "writer",
                **task,
            }
        ],
        "inputs": {"topic": "bees"},
    }
