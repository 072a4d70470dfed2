"""Executions made of others: the same again, or from a task on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from crewlab.engine.attempt import AttemptRef
from crewlab.engine.engine import Engine
from crewlab.engine.flows.forking import plan_flow_fork
from crewlab.engine.forking import plan_fork
from crewlab.engine.handles import ExecutionHandle
from crewlab.engine.launching import Launching
from crewlab.engine.library.catalogue import Catalogue
from crewlab.engine.library.tools import Resolved
from crewlab.engine.limits import require_prices
from crewlab.errors import InputsError
from crewlab.executions.execution import Execution, NewExecution, StoredTask
from crewlab.executions.identity import new_id
from crewlab.executions.steps import FinishedStep

if TYPE_CHECKING:
    from crewlab.store import Store


class Repeating:
    """Reruns and forks, for one owner. Both run what the source ran: its stored snapshot, not the latest version."""

    def __init__(self, store: Store, engine: Engine, catalogue: Catalogue, launching: Launching, owner: str) -> None:
        self._executions, self._engine, self._catalogue = store.executions, engine, catalogue
        self._steps = store.steps
        self._launching, self._owner = launching, owner

    def rerun(self, execution_id: str) -> ExecutionHandle:
        source = self._launching.get(execution_id)
        return self._start(source, source.inputs, None, ())

    def fork(
        self,
        execution_id: str,
        from_task: str | None,
        outputs: Mapping[str, str] | None,
        inputs: Mapping[str, Any] | None,
    ) -> ExecutionHandle:
        source = self._launching.get(execution_id)
        _require_texts(outputs)
        if source.kind == "flow":
            return self._fork_flow(source, from_task, outputs, inputs)
        finished = self._executions.finished_tasks(source.execution_id, owner=self._owner)
        plan = plan_fork(source, finished, from_task, outputs, inputs)
        return self._start(source, plan.inputs, plan.first_task, plan.given)

    def _fork_flow(
        self,
        source: Execution,
        from_step: str | None,
        outputs: Mapping[str, str] | None,
        inputs: Mapping[str, Any] | None,
    ) -> ExecutionHandle:
        history = self._steps.history(source.execution_id, owner=self._owner)
        plan = plan_flow_fork(source, history, from_step, outputs, inputs)
        return self._start(source, plan.inputs, plan.first_step, (), plan.given)

    def _start(
        self,
        source: Execution,
        inputs: Mapping[str, Any],
        first_task: str | None,
        given: Sequence[StoredTask],
        given_steps: Sequence[FinishedStep] = (),
    ) -> ExecutionHandle:
        self._engine.require_open()
        kept = Resolved(source.options.tools, source.options.mcp_servers)
        options = source.options
        is_replay = options.cassette is not None and options.cassette.is_replay
        self._catalogue.find_runnable(
            source.document, options.overlay, is_replay=is_replay, planning=options.planning, kept=kept
        )
        edited = {step.step: step.output for step in given_steps if step.is_edited}
        self._catalogue.require_no_secrets([dict(inputs), edited, {task.task_name: task.output for task in given}])
        require_prices(source.document, source.options, self._catalogue.price)
        same = source.model_dump(include=set(NewExecution.model_fields))
        new = NewExecution(
            **same
            | {
                "execution_id": new_id(),
                "inputs": dict(inputs),
                "options": source.options.model_copy(
                    update={"knowledge_files": self._catalogue.knowledge_files(source.document)}
                ),
                "origin": "background",
                "batch_id": None,
                "row_number": None,
                "parent_execution_id": None,
                "parent_step": None,
                "root_execution_id": None,
                "origin_execution_id": source.execution_id,
                "forked_from_task": first_task,
            }
        )
        stand_in = {new.execution_id: given_steps}
        self._executions.add([new], given={new.execution_id: given}, given_steps=stand_in).result()
        self._engine.begin([AttemptRef.of(new)])
        return ExecutionHandle(new.execution_id, self._launching)


def _require_texts(outputs: Any) -> None:
    """Raises `InputsError` for an edited output that is no text, as a notebook may give one."""
    wrong = {type(outputs).__name__} if outputs is not None and not isinstance(outputs, Mapping) else set()
    wrong = wrong or {type(text).__name__ for text in (outputs or {}).values() if not isinstance(text, str)}
    if wrong:
        what = f"Edited outputs are texts by the names of their tasks or steps, and this is of the type {min(wrong)}."
        raise InputsError(what, 'Write a number, a list or an object as JSON, for example {"count": "5"}.')
