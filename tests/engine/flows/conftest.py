"""Flows that run over a real store, with a crewAI whose tasks answer as a test says."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from crewlab.engine.attempt import AttemptRef
from crewlab.engine.engine import Engine
from crewlab.engine.homes.inprocess import InProcessHome
from crewlab.errors import StoreClosedError
from crewlab.executions.events import BaseEvent
from crewlab.executions.execution import Begun, Execution, Move, NewExecution
from crewlab.executions.identity import new_id
from crewlab.executions.steps import StepRun
from crewlab.settings import Settings
from crewlab.store import Store
from tests.engine import fakes
from tests.engine.fakes import FakeCrewAI
from tests.factories import OWNER


class MortalHome(InProcessHome):
    """A home that hears nothing any more once its process has died: all at once, or before it tells of a kind."""

    dies_before: type[BaseEvent] | None = None
    is_dead = False

    def record(self, event: BaseEvent) -> None:
        self.is_dead = self.is_dead or (self.dies_before is not None and isinstance(event, self.dies_before))
        if not self.is_dead:
            super().record(event)

    def move(self, move: Move, *, is_urgent: bool = True) -> Future[bool]:
        return _lost() if self.is_dead else super().move(move, is_urgent=is_urgent)

    def begin_child(self, execution: NewExecution, like: str | None) -> Begun:
        return Begun(_lost(), _lost()) if self.is_dead else super().begin_child(execution, like)


def _lost() -> Future[Any]:
    lost: Future[Any] = Future()
    lost.set_exception(StoreClosedError("The process is dead.", ""))
    return lost


class FlowBench:
    """A store, an engine and a fake crewAI; `run` launches a flow and waits until it rests."""

    def __init__(self, data: Path, settings: Settings) -> None:
        self.crewai = FakeCrewAI()
        self.store = Store.open(data, window_seconds=0.005)
        self._settings = settings
        self.engine = self._engine()

    def _engine(self) -> Engine:
        self.home = MortalHome(self.store)
        return Engine(self.home, self._settings, credentials=lambda _: None, load=lambda: self.crewai)

    def launch(self, flow: dict[str, Any], **fields: Any) -> str:
        """Begin a flow; its id."""
        new = NewExecution(
            execution_id=new_id(),
            owner=OWNER,
            kind="flow",
            definition_name=flow["name"],
            content_hash="0",
            document=flow,
            **fields,
        )
        self.store.executions.add([new]).result()
        self.engine.submit([AttemptRef.of(new)])
        return new.execution_id

    def go(self, added: NewExecution) -> Execution:
        """Run what has been added already."""
        self.engine.submit([AttemptRef.of(added)])
        return self.wait(added.execution_id)

    def run(self, flow: dict[str, Any], **fields: Any) -> Execution:
        return self.wait(self.launch(flow, **fields))

    def wait(self, execution_id: str, attempt: int = 1) -> Execution:
        """The execution, once this attempt of it rests."""
        watch = self.engine.watch([execution_id], {execution_id: attempt})
        watch.expect(execution_id, attempt)
        try:
            if not self.get(execution_id).status.is_at_rest or self.get(execution_id).attempt < attempt:
                assert watch.wait(60)
        finally:
            self.engine.unwatch(watch)
        return self.get(execution_id)

    def resume(self, execution_id: str, **limits: Any) -> Execution:
        """Run the next attempt."""
        ((_, attempt),) = self.store.executions.resume([execution_id], owner=OWNER, limits=limits).result()
        self.engine.submit([AttemptRef(execution_id, attempt, OWNER)])
        return self.wait(execution_id, attempt)

    def restart(self) -> None:
        """End the engine as a process that goes away does, and begin with another one."""
        self.engine.close(2.0)
        self.engine = self._engine()

    def crash(self) -> None:
        """Die without a word, and begin again as the next process does."""
        self.home.is_dead = True
        self.engine.close(2.0)
        assert self.store.events.flush(60)
        self.store.executions.recover()
        self.engine = self._engine()

    def get(self, execution_id: str) -> Execution:
        return self.store.executions.get(execution_id, owner=OWNER)

    def steps(self, execution_id: str, attempt: int | None = None) -> list[StepRun]:
        found = self.store.steps.find(execution_id, owner=OWNER)
        return [step for step in found if attempt in (None, step.attempt)]

    def children(self, execution_id: str) -> list[Execution]:
        return self.store.executions.find(owner=OWNER, parent=execution_id, descending=False)

    def close(self) -> None:
        self.engine.close(2.0)
        self.store.close()


@pytest.fixture
def bench(data: Path) -> Iterator[FlowBench]:
    """A bench of its own for each test."""
    made = FlowBench(data, Settings.from_environment(None, data=data))
    yield made
    made.close()


def flow(state: dict[str, Any] | None = None, **steps: dict[str, Any]) -> dict[str, Any]:
    """A flow of these steps; a text for `do` is an expression, and a list the tasks of a crew."""
    methods = {name: {**step, "do": _action(step["do"])} for name, step in steps.items()}
    return {"schema": "crewai.flow/v1", "name": "f", "state": {"default": state or {}}, "methods": methods}


def _action(do: Any) -> dict[str, Any]:
    if isinstance(do, str):
        return {"call": "expression", "expr": do}
    if isinstance(do, list):
        return {"call": "crew", "with": fakes.document(*(fakes.task(name) for name in do))}
    action: dict[str, Any] = do
    return action
