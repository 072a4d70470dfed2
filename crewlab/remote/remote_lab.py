"""The lab of the running app, with the same methods as `Lab` for reading and launching."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from crewlab.engine.engine import EngineState
from crewlab.engine.files import FileInfo
from crewlab.errors import RemoteError
from crewlab.executions.batch import Batch
from crewlab.executions.events import EVENT, BaseEvent
from crewlab.executions.execution import Execution
from crewlab.remote.connection import Connection
from crewlab.remote.endpoint import Endpoint
from crewlab.remote.not_yet import HOW_TO_GO_ON, NotYet
from crewlab.remote.records import records
from crewlab.remote.remote_definitions import RemoteDefinitions
from crewlab.remote.remote_handle import RemoteHandle
from crewlab.remote.remote_tables import RemoteTables
from crewlab.remote.runnable import runnable_json
from crewlab.settings import Settings

if TYPE_CHECKING:
    from crewlab.engine.catalogue import Runnable

Inputs = Mapping[str, Any]
_Waited = TypeVar("_Waited")

FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.05, 0.5


def connect(url: str, token: str) -> RemoteLab:
    """Talk to the app at `url`.

    Raises:
        RemoteError: It cannot be reached, or does not accept the token.
    """
    lab = RemoteLab(Connection(url, token))
    try:
        lab.about()
    except RemoteError:
        lab.close()
        raise
    return lab


class RemoteLab(RemoteDefinitions, RemoteTables):
    """What the running app knows and does, asked over HTTP. Safe to use from any thread; close it when done.

    What is launched here runs in the app: it goes on when this process ends.
    """

    @classmethod
    def find(cls, endpoint: Path) -> RemoteLab | None:
        """The lab of the app that left the file `endpoint`; `None` when none did, or when it is gone."""
        known = Endpoint.read(endpoint)
        if known is None:
            return None
        try:
            return connect(known.url, known.token)
        except RemoteError:
            return None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"RemoteLab({self._connection.url!r})"

    def __getattr__(self, name: str) -> Any:
        if name in HOW_TO_GO_ON:
            return NotYet(name)
        raise AttributeError(name)

    def close(self) -> None:
        """End the connection; the app and what it runs go on."""
        self._connection.close()

    def about(self) -> dict[str, Any]:
        """Version, process id, data folder and owner of the app."""
        return dict(self._connection.get("about"))

    @cached_property
    def settings(self) -> Settings:
        """The settings of this process, with the data folder and the owner of the app."""
        about = self.about()
        return Settings.from_environment(None, data=Path(about["data"]), owner=about["owner"])

    def engine_state(self) -> EngineState:
        """Whether crewAI is loaded in the app, and how much is running and pending."""
        return EngineState(**self._connection.get("engine"))

    @property
    def store_health(self) -> str:
        """`ok`, or what is wrong with the store."""
        return str(self.about()["store_health"])

    # -- executions ----------------------------------------------------------------------------------------------

    def execution(self, execution_id: str) -> Execution:
        """An execution as it stands. Raises `ExecutionNotFoundError`."""
        return Execution.model_validate(self._connection.get("executions", execution_id))

    def executions(self, **filters: Any) -> list[Execution]:
        """Executions, newest first, without their documents; the same filters as `Lab.executions`."""
        return records(Execution, self._connection.get("executions", **_query(filters)))

    def count_executions(self, **filters: Any) -> int:
        """How many executions `executions` would return without a limit."""
        return int(self._connection.get("count", **_query(filters)))

    def batches(self) -> list[Batch]:
        """All batches, newest first."""
        return records(Batch, self._connection.get("batches"))

    def batch(self, batch_id: str) -> Batch:
        """A batch and how far it is. Raises `ExecutionNotFoundError`."""
        return Batch.model_validate(self._connection.get("batches", batch_id))

    def counts(self) -> dict[str, int]:
        """How many executions are in each status."""
        return dict(self._connection.get("counts"))

    def spend_usd(self, since: datetime | None = None) -> float | None:
        """Real spend in US dollars, `None` when no call was priced."""
        spent: float | None = self._connection.get("spend", since=since.isoformat() if since else None)
        return spent

    def events(self, execution_id: str, after_event_id: int = 0) -> list[tuple[int, BaseEvent]]:
        """The events of an execution in order, each with the id to ask for the next ones."""
        found = self._connection.get("executions", execution_id, "events", after_event_id=after_event_id)
        return [(number, EVENT.validate_python(event)) for number, event in found]

    def files(self, execution_id: str) -> list[FileInfo]:
        """The files that the tasks of an execution wrote."""
        found = self._connection.get("executions", execution_id, "files")
        return [FileInfo(one["name"], one["size"], Path(one["path"])) for one in found]

    def read_file(self, execution_id: str, name: str) -> bytes:
        """The content of one of `files`. Raises `ExecutionError` when there is no such file."""
        return self._connection.get_bytes("executions", execution_id, "file", name=name)

    # -- running -------------------------------------------------------------------------------------------------

    def launch(
        self,
        definition: Runnable,
        inputs: Inputs | None = None,
        *,
        llm: str | dict[str, Any] | None = None,
        timeout_seconds: float | None = None,
    ) -> RemoteHandle:
        """Run once in the app, in the background.

        Raises:
            InvalidDefinitionError: The document has problems.
            InputsError: A placeholder has no value.
        """
        body = {**runnable_json(definition), "inputs": inputs, "llm": llm, "timeout_seconds": timeout_seconds}
        return RemoteHandle(self._connection.post("executions", body=body)["execution_id"], self)

    def run(
        self,
        definition: Runnable,
        inputs: Inputs | None = None,
        *,
        llm: str | dict[str, Any] | None = None,
        timeout_seconds: float | None = None,
    ) -> Execution:
        """Run once in the app and wait for the end. Ctrl-C ends the waiting only. Raises as `launch` does."""
        return self.launch(definition, inputs, llm=llm, timeout_seconds=timeout_seconds).wait()

    def launch_batch(
        self,
        definition: Runnable,
        rows: Iterable[Inputs],
        *,
        name: str | None = None,
        llm: str | dict[str, Any] | None = None,
        timeout_seconds: float | None = None,
    ) -> Batch:
        """Run once per row in the app, in the background. Raises as `launch` does."""
        asked = {"rows": [dict(row) for row in rows], "name": name, "llm": llm, "timeout_seconds": timeout_seconds}
        return Batch.model_validate(self._connection.post("batches", body={**runnable_json(definition), **asked}))

    def run_each(
        self,
        definition: Runnable,
        rows: Iterable[Inputs],
        *,
        name: str | None = None,
        concurrency: int | None = None,
        llm: str | dict[str, Any] | None = None,
        timeout_seconds: float | None = None,
        on_progress: Callable[[Batch], None] | None = None,
    ) -> list[Execution]:
        """Run once per row in the app and wait for all; results are in the order of the rows.

        Ctrl-C ends the waiting only. Raises as `launch` does, and:

        Raises:
            RemoteError: A concurrency is given; the app decides how many run at once.
        """
        if concurrency is not None:
            raise RemoteError("The app decides how many run at once.", "Leave the concurrency out, or stop the app.")
        batch = self.launch_batch(definition, rows, name=name, llm=llm, timeout_seconds=timeout_seconds)
        self._wait_batch(batch.batch_id, None, on_progress)
        return self._of_batch(batch.batch_id)

    def cancel(self, execution_id: str) -> Execution:
        """Stop an execution at once. Raises `IllegalTransitionError` when it has ended."""
        return Execution.model_validate(self._connection.post("executions", execution_id, "cancel"))

    def resume(self, execution_id: str) -> Execution:
        """Queue the next attempt. Raises `IllegalTransitionError` when it is going on or has completed."""
        return Execution.model_validate(self._connection.post("executions", execution_id, "resume"))

    def cancel_batch(self, batch_id: str) -> Batch:
        """Stop every execution of a batch that has not ended."""
        return Batch.model_validate(self._connection.post("batches", batch_id, "cancel"))

    def retry_failures(self, batch_id: str) -> int:
        """Queue the next attempt of each failed or interrupted execution of a batch; returns how many."""
        return int(self._connection.post("batches", batch_id, "retry")["count"])

    def resume_batch(self, batch_id: str, *, on_progress: Callable[[Batch], None] | None = None) -> list[Execution]:
        """Go on with what was interrupted in a batch and wait for all of it; returns its executions by row."""
        for execution in self.executions(batch_id=batch_id, status="interrupted"):
            self.resume(execution.execution_id)
        self._wait_batch(batch_id, None, on_progress)
        return self._of_batch(batch_id)

    def wait(self, execution_ids: Sequence[str], timeout: float | None = None) -> list[Execution]:
        """The executions once all have ended, or as they stand after `timeout` seconds."""
        deadline = None if timeout is None else time.monotonic() + timeout
        return [self._wait_one(execution_id, deadline) for execution_id in execution_ids]

    def wait_batch(self, batch_id: str, timeout: float | None = None) -> Batch:
        """The batch once all its executions have ended, or as it stands after `timeout` seconds."""
        return self._wait_batch(batch_id, timeout, None)

    def _of_batch(self, batch_id: str) -> list[Execution]:
        return self.executions(batch_id=batch_id, sort="row_number", descending=False)

    def _wait_one(self, execution_id: str, deadline: float | None) -> Execution:
        return next(
            found
            for found, last in _polled(lambda: self.execution(execution_id), deadline)
            if last or found.status.is_terminal
        )

    def _wait_batch(self, batch_id: str, timeout: float | None, on_progress: Callable[[Batch], None] | None) -> Batch:
        deadline = None if timeout is None else time.monotonic() + timeout
        told = None
        for found, last in _polled(lambda: self.batch(batch_id), deadline):
            if on_progress and found.counts != told:
                on_progress(found)
                told = found.counts
            if last or found.ended == found.size:
                return found
        raise AssertionError("polling ends with a last look")


def _polled(look: Callable[[], _Waited], deadline: float | None) -> Iterator[tuple[_Waited, bool]]:
    """Look again and again, less and less often; the second value marks the last look, at the deadline."""
    wait = FIRST_WAIT_SECONDS
    while deadline is None or time.monotonic() < deadline:
        yield look(), False
        left = wait if deadline is None else max(0.0, min(wait, deadline - time.monotonic()))
        time.sleep(left)
        wait = min(wait * 1.5, LONGEST_WAIT_SECONDS)
    yield look(), True


def _query(filters: Mapping[str, Any]) -> dict[str, Any]:
    """Filters as a query; several statuses travel in one value."""
    status = filters.get("status")
    if status is None or isinstance(status, str):
        return dict(filters)
    return {**filters, "status": ",".join(status)}
