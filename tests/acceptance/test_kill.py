"""kill -9 of the server, and a polite stop: what a person saw stays, and going on pays for nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import crewlab
from crewlab.lab import Lab
from tests.acceptance import crews
from tests.conftest import wait_until
from tests.model_server import ModelServer, Request
from tests.server import AppServer

NAMES = ("first", "second", "third")


@pytest.fixture
def model() -> Iterator[ModelServer]:
    """A model server that outlives the app; a second a call, so that a kill lands in the middle of one."""
    with ModelServer(latency_seconds=1.0) as running:
        yield running


@pytest.fixture
def app(data: Path, model: ModelServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppServer]:
    """The real app over a store that holds the crew `chain`."""
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
    with Lab.open(data) as lab:
        lab.definitions.save(crews.chain(crews.llm(model.url), *NAMES))
    with AppServer(data) as running:
        yield running


def launch_until_second_task(lab: Any, topic: str) -> str:
    """Launch `chain` in the app; return the id once its first task is stored as done."""
    handle = lab.launch("chain", {"topic": topic})
    wait_until(lambda: lab.execution(handle.execution_id).tasks_done == 1, f"the first task of {topic}")
    return str(handle.execution_id)


def _id(lab: Any, crew: dict[str, Any]) -> str:
    """Of an execution of `crew` about milk."""
    return str(lab.launch(crew, {"topic": "milk"}).execution_id)


def prompt_of(request: Request) -> str:
    """The task as it was put to the model; earlier outputs quote their own tasks only in its context part."""
    return str(request.body["messages"][-1]["content"]).split("context")[0]


def test_kill_minus_nine_loses_nothing_that_was_visible(app: AppServer, model: ModelServer, data: Path):
    """Same ids and outputs after a kill, nothing left running, and no finished task is paid twice.

    What waits for a person still waits, and only what had not begun is paid after their answer.
    """
    asking = crews.chain(crews.llm(model.url), "first", "second")
    asking["tasks"][0]["human_input"] = True
    with crewlab.open(data) as lab:
        done, asked_about = lab.wait([lab.launch("chain", {"topic": "coffee"}).execution_id, _id(lab, asking)], 60)
        running = launch_until_second_task(lab, "tea")
        seen = lab.tasks_df(execution_ids=[running]).set_index("task_name")["output"]["first"]
    app.kill()
    app.start()
    with crewlab.open(data) as lab:
        assert lab.execution(done.execution_id).output == done.output
        assert lab.execution(running).status == "interrupted"
        assert lab.execution(running).error is None
        assert lab.tasks_df(execution_ids=[running]).set_index("task_name")["output"]["first"] == seen
        assert set(lab.executions_df()["status"]) == {"completed", "interrupted", "waiting"}
        (question,) = lab.waiting(asked_about.execution_id)
        lab.answer(asked_about.execution_id, question_id=question.question_id)
        lab.resume(running)
        wait_until(lambda: lab.execution(running).status == "completed", "the resumed execution")
        assert lab.execution(running).attempt == 2
        stored = lab.tasks_df(execution_ids=[running])
        assert lab.wait([asked_about.execution_id], 60)[0].status == "completed"
    assert [sum(f"Do the {name} of milk." in prompt_of(r) for r in model.requests) for name in NAMES] == [1, 1, 0]
    kept = set(stored[(stored["attempt"] == 1) & (stored["status"] == "completed")]["task_name"])
    asked = {name: sum(f"Do the {name} of tea." in prompt_of(request) for request in model.requests) for name in NAMES}
    assert "first" in kept
    assert {name: asked[name] for name in kept} == dict.fromkeys(kept, 1)
    assert sum(asked.values()) == len(NAMES) + 1, "only what was in flight is asked again"


def test_what_was_pending_in_the_background_goes_on_after_a_kill(app: AppServer, model: ModelServer, data: Path):
    """A batch that was launched to the background is finished by the next process, without anybody asking."""
    with crewlab.open(data) as lab:
        batch = lab.launch_batch("chain", [{"topic": f"topic {i}"} for i in range(3)], name="survivors")
    app.kill()
    app.start()
    with crewlab.open(data) as lab:
        wait_until(lambda: lab.batch(batch.batch_id).ended == 3, "the batch to end")
        counts = lab.batch(batch.batch_id).counts
    assert set(counts) <= {"completed", "interrupted"}


def test_a_polite_stop_takes_two_seconds_at_the_most(app: AppServer, model: ModelServer, data: Path):
    """Ctrl-C or a service stop ends the app at once and marks what was running as interrupted."""
    with crewlab.open(data) as lab:
        running = launch_until_second_task(lab, "tea")
    seconds = app.stop()
    assert seconds < 4.0, "2 s for the engine, and the rest for the server and the interpreter"
    with Lab.open(data) as lab:
        assert lab.execution(running).status == "interrupted"
        assert lab.execution(running).tasks_done >= 1
