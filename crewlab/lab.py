"""The one object that pages, the command line and notebooks hold: it wires the parts and hands requests to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from crewlab.definitions.library.price_file import PriceFile
from crewlab.engine.catalogue import Catalogue, Runnable
from crewlab.engine.engine import Engine, EngineState
from crewlab.engine.files import FileInfo, list_files, read_file
from crewlab.engine.forecast import Forecast
from crewlab.engine.handles import ExecutionHandle
from crewlab.engine.home_inprocess import InProcessHome
from crewlab.engine.home_masked import MaskedHome
from crewlab.engine.launching import Launching
from crewlab.engine.shutdown import at_exit, shut_down
from crewlab.engine.written_secrets import masked_test
from crewlab.secrets.keys import Keys
from crewlab.secrets.redactor import Redactor
from crewlab.secrets.vault import Vault
from crewlab.settings import Settings

if TYPE_CHECKING:
    from pandas import DataFrame

    from crewlab.analysis.compare import BatchComparison, Comparison
    from crewlab.bridge.contract import Llm, ModelTest
    from crewlab.definitions.library.prices import Price
    from crewlab.definitions.library.tools import ToolInfo
    from crewlab.definitions.problem import Problem
    from crewlab.definitions.version import DefinitionSummary, DefinitionVersion, Draft
    from crewlab.executions.batch import Batch
    from crewlab.executions.events import BaseEvent
    from crewlab.executions.execution import Execution
    from crewlab.store import Store

Document = Mapping[str, Any]
Progress = Callable[["Batch"], None]


class Lab:
    """A store, an engine and everything one can ask of them. Made by `Lab.open` or `crewlab.open`.

    Safe to use from any thread. Every error that a person can act on is a `CrewLabError`.
    """

    def __init__(self, settings: Settings, store: Store) -> None:
        self.settings = settings
        self.store = store
        self.secrets, self.prices = Vault(settings.data), PriceFile(settings.data)
        self.keys = Keys(vault=self.secrets)
        self.redactor = Redactor(self.keys)
        home = MaskedHome(InProcessHome(store), self.redactor)
        self.engine = Engine(home, settings, credentials=self.keys.get, mask=self.redactor.mask)
        self._catalogue = Catalogue(store, settings, self.keys)
        self._launching = Launching(store, self.engine, self._catalogue, settings)

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
        except BaseException:
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
        shut_down(self.engine, self.store, timeout_seconds)

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

    def definitions(self) -> list[DefinitionSummary]:
        """Every definition, by name."""
        return self.store.definitions.list(owner=self.settings.owner)

    def definition(self, name_or_id: str) -> DefinitionSummary:
        """One definition. Raises `DefinitionNotFoundError`."""
        return self.store.definitions.get(name_or_id, owner=self.settings.owner)

    def version(self, name_or_id: str, number: int | None = None) -> DefinitionVersion:
        """A version with its document, the latest by default. Raises `DefinitionNotFoundError`."""
        return self.store.definitions.version(name_or_id, number, owner=self.settings.owner)

    def versions(self, name_or_id: str) -> list[DefinitionVersion]:
        """All versions of a definition. Raises `DefinitionNotFoundError`."""
        return self.store.definitions.versions(name_or_id, owner=self.settings.owner)

    def save(
        self,
        document: Document,
        *,
        definition_id: str | None = None,
        note: str = "",
        expected_number: int | None = None,
    ) -> DefinitionVersion:
        """Append a version; the same content as the latest appends none. Problems do not prevent saving.

        Raises:
            DuplicateNameError: Another definition has this name.
            VersionConflictError: The latest version is no longer `expected_number`.
        """
        return self._catalogue.save(document, definition_id, note, expected_number)

    def import_document(self, text: str, *, source: str) -> DefinitionVersion:
        """Save a YAML or JSON document as a new definition; `source` is its file name. Raises `DocumentError`."""
        return self._catalogue.import_document(text, source)

    def delete_definition(self, name_or_id: str) -> None:
        """Remove a definition and its versions; its executions keep what they ran."""
        self.store.definitions.delete(name_or_id, owner=self.settings.owner)

    def draft(self, draft_id: str) -> Draft | None:
        """Unsaved edits, or `None`."""
        return self.store.definitions.draft(draft_id, owner=self.settings.owner)

    def save_draft(
        self, draft_id: str, document: Document, definition_id: str | None = None, base_number: int | None = None
    ) -> None:
        """Keep unsaved edits; they never become a version by themselves."""
        self._catalogue.save_draft(draft_id, document, definition_id, base_number)

    def discard_draft(self, draft_id: str) -> None:
        """Forget unsaved edits."""
        self.store.definitions.discard_draft(draft_id, owner=self.settings.owner)

    def drafts(self) -> list[Draft]:
        """All unsaved edits."""
        return self.store.definitions.drafts(owner=self.settings.owner)

    def check(self, document: Document, *, llm: Llm | None = None) -> list[Problem]:
        """What is wrong with a document on this machine, were it run with `llm`; empty when it can run."""
        return self._catalogue.check(document, llm)

    def placeholders(self, document: Document) -> dict[str, tuple[str, ...]]:
        """The inputs that a document asks for, and the places that use each."""
        return self._catalogue.placeholders(document)

    def tool_names(self) -> list[ToolInfo]:
        """The tools that an agent may be given."""
        return self._catalogue.tools()

    def run(
        self,
        definition: Runnable,
        inputs: Document | None = None,
        *,
        llm: Llm | None = None,
        timeout_seconds: float | None = None,
    ) -> Execution:
        """Run once and wait for the end; a failed execution is returned, not raised.

        Args:
            definition: A name, an id, the path of a file, a document, or a version.
            inputs: A value for each placeholder that the document has no default for.
            llm: A model for all agents; `None` is as defined.
            timeout_seconds: Wall-clock limit.

        Raises:
            InvalidDefinitionError: The document has problems.
            InputsError: A placeholder has no value.
        """
        return self._launching.run(definition, inputs, llm, timeout_seconds)

    def launch(
        self,
        definition: Runnable,
        inputs: Document | None = None,
        *,
        llm: Llm | None = None,
        timeout_seconds: float | None = None,
    ) -> ExecutionHandle:
        """Run once in the background. Raises as `run` does, before anything starts."""
        return self._launching.launch(definition, inputs, llm, timeout_seconds)

    def run_each(
        self,
        definition: Runnable,
        rows: Iterable[Document],
        *,
        name: str | None = None,
        concurrency: int | None = None,
        llm: Llm | None = None,
        timeout_seconds: float | None = None,
        on_progress: Progress | None = None,
    ) -> list[Execution]:
        """Run once per row and wait for all; results are in the order of the rows, failures among them.

        Ctrl-C stops what runs, keeps everything as data, and is raised again. Raises as `run` does.
        """
        return self._launching.run_each(definition, rows, name, concurrency, llm, timeout_seconds, on_progress)

    def launch_batch(
        self,
        definition: Runnable,
        rows: Iterable[Document],
        *,
        name: str | None = None,
        llm: Llm | None = None,
        timeout_seconds: float | None = None,
    ) -> Batch:
        """Run once per row in the background. Raises as `run` does, before anything starts."""
        return self._launching.launch_batch(definition, rows, name, llm, timeout_seconds)

    def cancel(self, execution_id: str) -> Execution:
        """Stop an execution at once; finished tasks are kept. Raises `IllegalTransitionError` when it has ended."""
        return self._launching.cancel(execution_id)

    def cancel_batch(self, batch_id: str) -> Batch:
        """Stop every execution of a batch that has not ended."""
        return self._launching.cancel_batch(batch_id)

    def resume(self, execution_id: str) -> Execution:
        """Queue the next attempt of a failed, cancelled or interrupted execution; finished tasks are not paid again.

        Raises:
            IllegalTransitionError: It is still going on, or has completed.
        """
        return self._launching.resume(execution_id)

    def retry_failures(self, batch_id: str) -> int:
        """Queue the next attempt of each failed or interrupted execution of a batch; returns how many."""
        return self._launching.retry_failures(batch_id)

    def resume_batch(self, batch_id: str, *, on_progress: Progress | None = None) -> list[Execution]:
        """Go on with what is pending or interrupted in a batch, and wait; returns all its executions by row."""
        return self._launching.resume_batch(batch_id, on_progress)

    def wait(self, execution_ids: Sequence[str], timeout: float | None = None) -> list[Execution]:
        """The executions once all have ended, or as they stand after `timeout` seconds."""
        return self._launching.wait(execution_ids, timeout)

    def wait_batch(self, batch_id: str, timeout: float | None = None) -> Batch:
        """The batch once all its executions have ended, or as it stands after `timeout` seconds."""
        return self._launching.wait_batch(batch_id, timeout)

    def execution(self, execution_id: str) -> Execution:
        """An execution as it stands. Raises `ExecutionNotFoundError`."""
        return self.store.executions.get(execution_id, owner=self.settings.owner)

    def executions(self, **filters: Any) -> list[Execution]:
        """Executions, newest first, without their documents.

        Filters: status, definition, batch_id, text, limit, offset, sort, descending.
        """
        return self.store.executions.find(owner=self.settings.owner, **filters)

    def count_executions(self, **filters: Any) -> int:
        """How many executions `executions` would return without a limit."""
        return self.store.executions.count(owner=self.settings.owner, **filters)

    def batches(self) -> list[Batch]:
        """All batches, newest first."""
        return self.store.executions.batches(owner=self.settings.owner)

    def batch(self, batch_id: str) -> Batch:
        """A batch and how far it is. Raises `ExecutionNotFoundError`."""
        return self.store.executions.batch(batch_id, owner=self.settings.owner)

    def counts(self) -> dict[str, int]:
        """How many executions are in each status."""
        return self.store.executions.counts(owner=self.settings.owner)

    def spend_usd(self, since: datetime | None = None) -> float | None:
        """Real spend in US dollars, `None` when no call was priced."""
        return self.store.executions.spend_usd(owner=self.settings.owner, since=since)

    def events(self, execution_id: str, after_event_id: int = 0) -> list[tuple[int, BaseEvent]]:
        """The events of an execution in order, each with the id to ask for the next ones."""
        return self.store.events.read(execution_id, owner=self.settings.owner, after_event_id=after_event_id)

    def files(self, execution_id: str) -> list[FileInfo]:
        """The files that the tasks of an execution wrote."""
        return list_files(self.settings.execution_folder(self.execution(execution_id).execution_id))

    def read_file(self, execution_id: str, name: str) -> bytes:
        """The content of one of `files`. Raises `ExecutionError` when there is no such file."""
        return read_file(self.settings.execution_folder(self.execution(execution_id).execution_id), name)

    def test_model(self, llm: Llm) -> ModelTest:
        """Ask a model one short question; a failure is part of the answer, with a hint."""
        return masked_test(self.engine.test_model(llm), self.redactor)

    def remember_key(self, variable: str, value: str) -> None:
        """Keep a key in memory until this process ends; an empty value forgets it."""
        self.keys.remember(variable, value)

    def key_names(self) -> dict[str, str]:
        """Every key that is set and where it comes from (`memory`, `secret` or `environment`), never its value."""
        return self.keys.names()

    def price(self, model: str) -> Price | None:
        """The price of a model today, or `None` when it is unknown."""
        return self._catalogue.price(model)

    def forecast(self, definition: Runnable, rows_count: int, llm: Llm | None = None) -> Forecast:
        """What a launch over `rows_count` rows asks for, and whether to ask a person first."""
        return self._catalogue.forecast(definition, rows_count, llm)

    def executions_df(self, **scope: Any) -> DataFrame:
        """One row per execution. Scope of every table: execution_ids, batch_id, limit."""
        return self._frame("executions", **scope)

    def tasks_df(self, **scope: Any) -> DataFrame:
        """One row per task and attempt."""
        return self._frame("tasks", **scope)

    def llm_calls_df(self, **scope: Any) -> DataFrame:
        """One row per model call."""
        return self._frame("model_calls", **scope)

    def tool_calls_df(self, **scope: Any) -> DataFrame:
        """One row per tool call."""
        return self._frame("tool_calls", **scope)

    def logs_df(self, **scope: Any) -> DataFrame:
        """One row per event."""
        return self._frame("logs", **scope)

    def batches_df(self) -> DataFrame:
        """One row per batch."""
        return self._frame("batches")

    def _frame(self, name: Any, **scope: Any) -> DataFrame:
        from crewlab.analysis import frames

        return frames.load(self.store, name, owner=self.settings.owner, **scope)

    def batch_table(self, batch_id: str) -> DataFrame:
        """One row per row of the input table: inputs, status, output, one column per JSON field, metrics."""
        from crewlab.analysis.batch_table import batch_table

        return batch_table(self.executions_df(batch_id=batch_id), self.batch(batch_id).input_columns)

    def compare(self, execution_ids: Sequence[str]) -> Comparison:
        """What differs between executions: definition, inputs, model, metrics, tasks, outputs."""
        from crewlab.analysis.compare import compare

        scope = {"execution_ids": list(execution_ids)}
        return compare(
            [self.execution(name) for name in execution_ids], self.tasks_df(**scope), self.llm_calls_df(**scope)
        )

    def compare_batches(self, batch_ids: Sequence[str]) -> BatchComparison:
        """What differs between batches, their executions paired by equal inputs."""
        from pandas import concat

        from crewlab.analysis.compare import compare_batches

        tables = [self.executions_df(batch_id=batch_id) for batch_id in batch_ids]
        examples = [self.execution(table["execution_id"].iloc[0]) for table in tables]
        return compare_batches(
            [self.batch(name) for name in batch_ids], concat(tables, ignore_index=True), examples=examples
        )
