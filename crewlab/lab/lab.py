"""The one object that pages, the command line and notebooks hold: it wires the parts and hands requests to them."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import Self

from crewlab.engine.shutdown import at_exit, shut_down
from crewlab.engine.tracing.export import TraceExportState
from crewlab.errors import StoreClosedError
from crewlab.executions.engine_state import EngineState
from crewlab.lab.lab_live import LabLive
from crewlab.lab.lab_memory import LabMemory
from crewlab.lab.lab_models import LabModels
from crewlab.lab.lab_pool import LabPool
from crewlab.lab.lab_profiles import LabProfiles
from crewlab.lab.lab_storage import LabStorage
from crewlab.lab.lab_tools import LabTools
from crewlab.lab.lab_trials import LabTrials
from crewlab.settings import Settings


class Lab(LabModels, LabMemory, LabProfiles, LabTools, LabTrials, LabPool, LabStorage, LabLive):
    """A store, an engine and everything one can ask of them. Made by `Lab.open` or `crewlab.open`.

    Safe to use from any thread. Every error that a person can act on is a `CrewLabError`.
    """

    @classmethod
    def open(
        cls, data: Path | str | None = None, *, serve_queue: bool = False, settings: Settings | None = None
    ) -> Lab:
        """Open the lab in the folder `data` (default: `CREWLAB_DATA`, or `data/` of the project).

        Seeds the example crews and marks what a dead process left behind as interrupted. Starts no work,
        unless `serve_queue`: then executions that were launched to the background go on.

        Raises:
            StoreLockedError: Another process has this folder open.
            StoreError: The database file cannot be used.
        """
        from crewlab.store import Store

        chosen = settings or Settings.from_environment(None, **({} if data is None else {"data": Path(data)}))
        lab = cls(chosen, Store.open(chosen.data))
        at_exit(lab.close)
        lab._prepare()
        if serve_queue:
            lab.start()
        return lab

    def _prepare(self) -> None:
        try:
            self.store.executions.recover()
            self._catalogue.seed()
        except BaseException:  # raised again: a lab that did not open holds no store
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Serve the queue: run what is pending in the background, now and as it comes. Idempotent."""
        self.engine.serve()

    def close(self, timeout_seconds: float = 2.0) -> None:
        """Stop within `timeout_seconds`: what runs becomes `interrupted` and can be resumed. Idempotent."""
        self.following.close()
        shut_down(self.engine, self.store, timeout_seconds, between=self._last_traces)
        self._subscriptions.close()

    def _last_traces(self, timeout_seconds: float) -> None:
        """Send the traces of what has just been stopped."""
        deadline = time.monotonic() + timeout_seconds
        with suppress(StoreClosedError):  # it was closed before
            self.store.events.flush(timeout_seconds)
        self._traces.close(max(0.0, deadline - time.monotonic()))

    def trace_export(self) -> TraceExportState:
        """Where traces go (`CREWLAB_OTLP_ENDPOINT`), how many were taken there, and what is wrong."""
        return self._traces.state

    def warm_up(self) -> None:
        """Begin to import crewAI in the background, so that the first execution need not wait for it."""
        self.engine.warm_up()

    @property
    def store_health(self) -> str:
        """`ok`, or what is wrong with the store."""
        return self.store.health

    def engine_state(self) -> EngineState:
        """Whether crewAI is loaded, and how much is running and pending."""
        return self.engine.state(self.store.executions.count(owner=self.settings.owner, status="pending"))
