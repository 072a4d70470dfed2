"""One case on our flow runner: what the model server saw, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crewlab.errors import InputsError, InvalidDefinitionError
from crewlab.executions.events import BaseEvent
from crewlab.executions.events.steps import StepEnded
from crewlab.executions.execution import Execution
from crewlab.executions.status import ExecutionStatus
from crewlab.lab import Lab
from tests.conformance.cases import NOTE, Case
from tests.conformance.seen import FAILED, Seen, seen
from tests.model_server import ModelServer


@contextmanager
def lab_in(folder: Path) -> Iterator[Lab]:
    """A lab for all cases, with the files of the suite."""
    with Lab.open(folder) as lab:
        files = lab.settings.data / "files"
        files.mkdir(exist_ok=True)
        for name, text in NOTE.items():
            (files / name).write_text(text)
        yield lab


def save_definitions(lab: Lab, case: Case, url: str) -> None:
    """Store what the flow names, for a server at `url`."""
    for document in case.definitions(url):
        lab.definitions.save(document, definition_id=_known(lab).get(document["name"]))


def _known(lab: Lab) -> dict[str, str]:
    return {one.name: one.definition_id for one in lab.definitions.list()}


def ours(case: Case, lab: Lab) -> Seen:
    """The case as an execution; what people are asked is answered as the case says."""
    with case.server() as server, _released(lab, case, server):
        try:
            execution = _run(lab, case, server.url)
        except (InvalidDefinitionError, InputsError):
            return seen(server, (), FAILED)
        return seen(server, _completed(lab, execution), _output(execution))


@contextmanager
def _released(lab: Lab, case: Case, server: ModelServer) -> Iterator[None]:
    """What the server holds is answered once the step of the case has ended."""

    def hear(event: BaseEvent) -> None:
        if isinstance(event, StepEnded) and event.step == case.held_until:
            server.release()

    subscription = lab.subscribe(["step_completed", "step_failed"], hear)
    yield
    subscription.close()


def _run(lab: Lab, case: Case, url: str) -> Execution:
    save_definitions(lab, case, url)
    execution = lab.run(case.document(url), dict(case.inputs))
    for answered in case.answers:
        assert execution.status is ExecutionStatus.WAITING, execution.error
        lab.answer(execution.execution_id, answered.text, outcome=answered.outcome)
        (execution,) = lab.wait([execution.execution_id])
    return execution


def _completed(lab: Lab, execution: Execution) -> list[tuple[str, Any]]:
    """Every completed call of a step in the order of their ends; what `each` does within is a call of its own."""
    calls = [call for call in lab.steps(execution.execution_id) if call.status == "completed" and "[" not in call.step]
    calls.sort(key=lambda call: (call.attempt, call.ended_at or datetime.max.replace(tzinfo=UTC)))
    return [(call.step, call.output) for call in calls]


def _output(execution: Execution) -> Any:
    if execution.status is not ExecutionStatus.COMPLETED:
        return FAILED
    return execution.output if execution.output_json is None else execution.output_json
