"""The lab as scripts, notebooks and pages use it: a real store, and a fake in place of crewAI."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from crewlab import bridge
from crewlab.errors import (
    DefinitionNotFoundError,
    EngineClosedError,
    ExecutionError,
    ExecutionNotFoundError,
    IllegalTransitionError,
    InputsError,
    InvalidDefinitionError,
    StoreLockedError,
)
from crewlab.executions.status import ExecutionStatus
from crewlab.lab import Lab
from crewlab.settings import Settings
from tests.conftest import CHILD_PATH, wait_until
from tests.engine.fakes import HANG, FakeCrewAI, document, task

TOPIC = document(task("write", description="Write about {topic}"))


@pytest.fixture
def crewai(monkeypatch: pytest.MonkeyPatch) -> FakeCrewAI:
    fake = FakeCrewAI({"write": lambda request: f"about {request.inputs.get('topic')}"})
    monkeypatch.setattr(bridge, "load", lambda: fake)
    return fake


@pytest.fixture
def lab(data: Path, crewai: FakeCrewAI) -> Iterator[Lab]:
    with Lab.open() as opened:
        yield opened


def test_run_waits_and_returns_the_execution(lab: Lab):
    """`run` blocks, and everything one wants to know is on what it returns."""
    execution = lab.run(TOPIC, {"topic": "bees"})
    assert (execution.status, execution.output) == ("completed", "about bees")
    assert (execution.usage.model_calls, execution.usage.input_tokens) == (1, 10)
    assert (execution.tasks_done, execution.tasks_total, execution.is_rehearsal) == (1, 1, True)
    assert execution.duration_seconds is not None


def test_run_takes_a_name_a_file_a_version_and_a_document(lab: Lab, tmp_path: Path):
    """However a definition is named, the same document runs, and the execution says where it came from."""
    version = lab.definitions.save(TOPIC)
    path = tmp_path / "crew.json"
    path.write_text(json.dumps(TOPIC), "utf-8")
    found = [lab.run(named, {"topic": "x"}) for named in ("crew", version.definition_id, version, path, TOPIC)]
    assert {execution.content_hash for execution in found} == {version.content_hash}
    assert [execution.version_number for execution in found] == [1, 1, 1, None, None]


def test_a_failed_execution_is_data(lab: Lab, crewai: FakeCrewAI):
    """`run` raises nothing when a task fails."""
    crewai.answers["write"] = ValueError("bad luck")
    execution = lab.run(TOPIC, {"topic": "bees"})
    assert execution.status == "failed"
    assert execution.error
    assert execution.error.message == "bad luck"


def test_nothing_starts_that_would_fail(lab: Lab, crewai: FakeCrewAI):
    """Unknown names, documents with problems and missing inputs are refused before anything is stored."""
    with pytest.raises(DefinitionNotFoundError):
        lab.run("nobody")
    with pytest.raises(InvalidDefinitionError):
        lab.run(document(task("write", agent="nobody")))
    with pytest.raises(InputsError, match="topic"):
        lab.run(TOPIC)
    with pytest.raises(InputsError, match="row 2: topic"):
        lab.run_each(TOPIC, [{"topic": "a"}, {"topic": None}, {"topic": float("nan")}])
    with pytest.raises(InputsError, match="no rows"):
        lab.run_each(TOPIC, [])
    assert lab.count_executions() == 0
    assert not crewai.calls


def test_run_works_inside_a_running_loop(lab: Lab):
    """A notebook's cell runs inside a loop; `run` does not mind."""

    async def cell() -> str | None:
        return lab.run(TOPIC, {"topic": "bees"}).output

    assert asyncio.run(cell()) == "about bees"


def test_run_works_from_many_threads(lab: Lab):
    """Each caller gets its own execution."""
    outputs: list[str | None] = []
    threads = [
        threading.Thread(target=lambda n=n: outputs.append(lab.run(TOPIC, {"topic": f"t{n}"}).output)) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(filter(None, outputs)) == [f"about t{n}" for n in range(8)]


def test_run_each_keeps_the_order_and_failures_among_the_results(lab: Lab, crewai: FakeCrewAI):
    """One result per row, in the order of the rows, with progress on the way."""

    def answer(request):
        if request.inputs["topic"] == "3":
            raise ValueError("three is bad")
        return request.inputs["topic"]

    crewai.answers["write"] = answer
    told = []
    done = lab.run_each(TOPIC, [{"topic": str(n)} for n in range(20)], name="numbers", on_progress=told.append)
    assert [execution.output for execution in done] == [None if n == 3 else str(n) for n in range(20)]
    assert [execution.row_number for execution in done] == list(range(1, 21))
    assert (done[3].status, told[-1].counts, told[-1].name) == ("failed", {"completed": 19, "failed": 1}, "numbers")
    assert list(lab.batch_table(told[-1].batch_id)["topic"]) == [str(n) for n in range(20)]


def test_run_each_stops_when_its_caller_goes_away(lab: Lab, crewai: FakeCrewAI):
    """An error in the caller's own `on_progress` leaves nothing running that nobody waits for."""
    crewai.answers["write"] = ["done", HANG]

    def fail(batch):
        if batch.ended:  # progress is told now and then, also before anything has ended
            raise RuntimeError("the progress bar broke")

    with pytest.raises(RuntimeError):
        lab.run_each(TOPIC, [{"topic": str(n)} for n in range(4)], concurrency=1, on_progress=fail)
    wait_until(lambda: lab.batches()[0].counts == {"completed": 1, "interrupted": 3}, "the others to be stopped")
    assert crewai.now == 0


def test_run_each_keeps_to_its_concurrency(lab: Lab, crewai: FakeCrewAI):
    """No more than so many at a time."""
    crewai.answers["write"] = 0.01
    lab.run_each(TOPIC, [{"topic": "x"}] * 12, concurrency=3)
    assert crewai.most_at_once <= 3


def test_launch_goes_on_in_the_background(lab: Lab):
    """The handle can be waited for, looked at and dropped."""
    handle = lab.launch(TOPIC, {"topic": "bees"})
    assert handle.wait(60).output == "about bees"
    assert handle.refresh().origin == "background"


def test_launch_batch_goes_on_in_the_background(lab: Lab):
    """A batch in the queue is served to its end."""
    batch = lab.launch_batch(TOPIC, [{"topic": str(n)} for n in range(5)])
    assert lab.wait_batch(batch.batch_id, 60).counts == {"completed": 5}


def test_wait_returns_what_there_is_when_the_time_is_over(lab: Lab, crewai: FakeCrewAI):
    """A timeout is not an error."""
    crewai.answers["write"] = HANG
    handle = lab.launch(TOPIC, {"topic": "x"})
    assert not handle.wait(0.01).status.is_terminal
    handle.cancel()
    assert handle.wait(60).status == "cancelled"


def test_cancel_stops_what_runs_and_what_waits(data: Path, crewai: FakeCrewAI):
    """Running or pending, each ends cancelled at once; what has ended cannot be cancelled."""
    crewai.answers["write"] = HANG
    with Lab.open(settings=Settings.from_environment(workers=1, admission=1)) as lab:
        running = lab.launch(TOPIC, {"topic": "x"})
        wait_until(lambda: crewai.calls["write"], "the first to run")
        pending = lab.launch(TOPIC, {"topic": "y"})
        assert pending.cancel().status == "cancelled"
        running.cancel()
        assert running.wait(60).status == "cancelled"
        assert (crewai.calls["write"], crewai.now) == (1, 0)
        with pytest.raises(IllegalTransitionError):
            running.cancel()
        with pytest.raises(ExecutionNotFoundError):
            lab.cancel("nobody")


def test_cancel_batch_ends_all_of_it(data: Path, crewai: FakeCrewAI):
    """Some run, some wait, some are just being started: all are cancelled, what was done stays, nothing goes on."""
    crewai.answers["write"] = ["done", HANG]
    with Lab.open(settings=Settings.from_environment(workers=1, admission=8)) as lab:
        batch = lab.launch_batch(TOPIC, [{"topic": str(n)} for n in range(200)])
        wait_until(lambda: lab.batch(batch.batch_id).counts.get("completed"), "the first to complete")
        lab.cancel_batch(batch.batch_id)
        assert lab.wait_batch(batch.batch_id, 60).counts == {"completed": 1, "cancelled": 199}
        wait_until(lambda: lab.engine_state().running == 0, "every place to be free again")
        assert crewai.now == 0


def test_cancel_batch_reaches_what_starts_meanwhile(data: Path, crewai: FakeCrewAI, monkeypatch: pytest.MonkeyPatch):
    """Stopping some makes room for others of the same batch: they are stopped too, not left behind as ghosts."""
    crewai.answers["write"] = HANG
    with Lab.open(settings=Settings.from_environment(workers=1, admission=2)) as lab:
        batch = lab.launch_batch(TOPIC, [{"topic": str(n)} for n in range(9)])
        wait_until(lambda: crewai.calls["write"] == 2, "two to run")
        stop = lab.engine.stop

        def slow_stop(*arguments):
            stopped = stop(*arguments)
            wait_until(lambda: crewai.calls["write"] == 4, "two others to start")
            return stopped

        monkeypatch.setattr(lab.engine, "stop", slow_stop)
        lab.cancel_batch(batch.batch_id)
        assert lab.wait_batch(batch.batch_id, 60).counts == {"cancelled": 9}
        wait_until(lambda: lab.engine_state().running == 0, "every place to be free again")
        assert (crewai.calls["write"], crewai.now) == (4, 0)


def test_resume_does_not_pay_finished_tasks_again(lab: Lab, crewai: FakeCrewAI):
    """The next attempt of the same execution reuses what is done; totals are over both."""
    crewai.answers = {"b": [ValueError("first time"), "second time"]}
    two = document(task("a"), task("b"))
    failed = lab.run(two)
    resumed = lab.wait([lab.resume(failed.execution_id).execution_id], 60)[0]
    assert (resumed.status, resumed.output, resumed.attempt) == ("completed", "second time", 2)
    assert crewai.calls == {"a": 1, "b": 2}
    assert (resumed.usage.model_calls, resumed.usage.failed_calls) == (3, 1)
    with pytest.raises(IllegalTransitionError):
        lab.resume(failed.execution_id)


def test_retry_failures_runs_what_failed_and_nothing_else(lab: Lab, crewai: FakeCrewAI):
    """What has completed is left alone."""
    crewai.answers["write"] = ["fine", ValueError("once"), "fine"]
    done = lab.run_each(TOPIC, [{"topic": str(n)} for n in range(3)], concurrency=1)
    batch_id = done[0].batch_id or ""
    assert lab.retry_failures(batch_id) == 1
    assert lab.wait_batch(batch_id, 60).counts == {"completed": 3}
    assert crewai.calls["write"] == 4
    assert lab.retry_failures(batch_id) == 0


def test_close_interrupts_what_hangs(data: Path, crewai: FakeCrewAI):
    """A hanging model does not keep the lab open; what ran becomes interrupted, what waited stays pending."""
    crewai.answers["write"] = HANG
    lab = Lab.open(settings=Settings.from_environment(workers=1, admission=2))
    batch = lab.launch_batch(TOPIC, [{"topic": str(n)} for n in range(5)])
    wait_until(lambda: crewai.calls["write"] == 2, "two to run")
    lab.close()
    with Lab.open() as again:
        assert again.batch(batch.batch_id).counts == {"interrupted": 2, "pending": 3}


def test_close_is_idempotent_and_leaves_no_thread(data: Path, crewai: FakeCrewAI):
    """Twice is as good as once, and nothing is left behind."""
    before = set(threading.enumerate())
    lab = Lab.open(serve_queue=True)
    lab.run_each(TOPIC, [{"topic": str(n)} for n in range(40)])
    lab.close()
    lab.close()
    wait_until(lambda: set(threading.enumerate()) <= before, "its threads to end")
    assert crewai.unloaded
    with pytest.raises(EngineClosedError):
        lab.run(TOPIC, {"topic": "x"})


def test_close_lets_go_of_whoever_waits(data: Path, crewai: FakeCrewAI):
    """A thread in `wait` gets an answer when the lab is closed under it."""
    crewai.answers["write"] = HANG
    lab = Lab.open(settings=Settings.from_environment(workers=1, admission=1))
    lab.launch(TOPIC, {"topic": "1"})
    wait_until(lambda: crewai.calls["write"], "the first to run")
    second = lab.launch(TOPIC, {"topic": "2"})
    raised: list[BaseException] = []

    def wait() -> None:
        try:
            second.wait()
        except EngineClosedError as error:
            raised.append(error)

    waiting = threading.Thread(target=wait)
    waiting.start()
    wait_until(lambda: lab.engine.watched, "the thread to wait")
    lab.close()
    waiting.join(60)
    assert raised


def test_background_work_goes_on_in_the_next_process_that_serves(data: Path, crewai: FakeCrewAI):
    """Pending in the background survives; a lab that only reads leaves it alone."""
    crewai.answers["write"] = HANG
    with Lab.open(settings=Settings.from_environment(workers=1, admission=1)) as lab:
        batch = lab.launch_batch(TOPIC, [{"topic": str(n)} for n in range(3)])
        wait_until(lambda: crewai.calls["write"], "one to run")
    crewai.answers["write"] = "done"
    with Lab.open() as reading:
        assert reading.batch(batch.batch_id).counts == {"interrupted": 1, "pending": 2}
        with pytest.raises(EngineClosedError, match="pending"):
            reading.wait_batch(batch.batch_id)
    with Lab.open(serve_queue=True) as serving:
        wait_until(lambda: serving.batch(batch.batch_id).counts.get("completed") == 2, "the queue to be served")
        assert crewai.calls["write"] == 3


def test_resume_batch_goes_on_with_what_was_left(data: Path, crewai: FakeCrewAI):
    """Interrupted and pending rows run, finished ones do not."""
    crewai.answers["write"] = ["done", HANG, "done"]
    lab = Lab.open(settings=Settings.from_environment(workers=1, admission=1))
    batch = lab.launch_batch(TOPIC, [{"topic": str(n)} for n in range(4)])
    wait_until(lambda: crewai.calls["write"] == 2, "the second to hang")
    lab.close()
    with Lab.open() as again:
        done = again.resume_batch(batch.batch_id)
    assert [execution.status for execution in done] == ["completed"] * 4
    assert [execution.attempt for execution in done] == [1, 2, 1, 1]
    assert crewai.calls["write"] == 5


def test_examples_are_seeded_once(data: Path, crewai: FakeCrewAI, tmp_path: Path):
    """Whoever opens first seeds; what was deleted or edited never comes back."""
    examples = tmp_path / "examples"
    (examples / "files").mkdir(parents=True)
    (examples / "files" / "orders.csv").write_text("a,b\n", "utf-8")
    (examples / "first.yaml").write_text(json.dumps({**TOPIC, "name": "first"}), "utf-8")
    settings = Settings.from_environment(examples=examples)
    with Lab.open(settings=settings) as lab:
        assert [summary.name for summary in lab.definitions.list()] == ["first"]
        assert (data / "files" / "orders.csv").is_file()
        lab.definitions.delete("first")
        (data / "files" / "orders.csv").unlink()
    with Lab.open(settings=settings) as lab:
        assert lab.definitions.list() == []
    assert not (data / "files" / "orders.csv").exists()


def test_files_of_an_execution_can_be_read_and_nothing_else(lab: Lab, crewai: FakeCrewAI):
    """What tasks write is listed by name; no name leads out of the folder."""
    crewai.answers["write"] = lambda request: (request.folder / "report.md").write_text("# Bees", "utf-8")
    execution = lab.run(TOPIC, {"topic": "bees"})
    assert [(file.name, file.size) for file in lab.files(execution.execution_id)] == [("report.md", 6)]
    assert lab.read_file(execution.execution_id, "report.md") == b"# Bees"
    with pytest.raises(ExecutionError):
        lab.read_file(execution.execution_id, "../../crewlab.duckdb")


def test_a_second_lab_on_the_same_folder_is_refused(lab: Lab, data: Path):
    """In words that say who holds it."""
    with pytest.raises(StoreLockedError):
        Lab.open(data)


def test_models_are_tested_and_keys_stay_in_memory(lab: Lab, data: Path):
    """A key can be used and listed, its value is shown nowhere."""
    assert lab.test_model("rehearsal/plain").ok
    lab.remember_key("OPENAI_API_KEY", "sk-secret")
    assert lab.key_names()["OPENAI_API_KEY"] == "memory"
    assert "sk-secret" not in repr(lab.keys)
    lab.remember_key("OPENAI_API_KEY", "")
    assert lab.key_names().get("OPENAI_API_KEY") != "memory"


def test_a_forecast_asks_before_a_real_model_is_called_often(lab: Lab):
    """Rehearsal never asks because of its calls; both ask because of many rows."""
    assert not lab.forecast(TOPIC, 500).needs_confirmation
    real = lab.forecast(TOPIC, 500, llm="openai/gpt-4o-mini")
    assert (real.executions, real.tasks, real.needs_confirmation, real.is_rehearsal) == (500, 500, True, False)
    assert lab.forecast(TOPIC, 1001).needs_confirmation


INTERRUPTED_SCRIPT = """
import os, signal, sys, threading
from crewlab import bridge
from crewlab.lab import Lab
from tests.conftest import wait_until
from tests.engine.fakes import HANG, FakeCrewAI, document
fake = FakeCrewAI({"write": ["done", HANG]})
bridge.load = lambda: fake
with Lab.open(sys.argv[1]) as lab:
    def press():
        wait_until(lambda: fake.calls["write"] == 2, "one to hang")
        os.kill(os.getpid(), signal.SIGINT)
    threading.Thread(target=press).start()
    lab.run_each(document(), [{}] * 4, concurrency=1)
"""


def test_ctrl_c_keeps_everything_as_data_and_is_raised_again(data: Path, crewai: FakeCrewAI):
    """What was done stays, what ran and what waited is interrupted, and the script ends as interrupted scripts do."""
    environment = {**os.environ, "PYTHONPATH": CHILD_PATH}
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_SCRIPT, str(data)],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode in (-signal.SIGINT, 130, 1), done.stderr
    assert "KeyboardInterrupt" in done.stderr
    with Lab.open() as lab:
        batch = lab.batches()[0]
        assert batch.counts == {"completed": 1, "interrupted": 3}
        resumed = lab.resume_batch(batch.batch_id)
        assert {execution.status for execution in resumed} == {ExecutionStatus.COMPLETED}


def test_what_a_killed_process_left_running_is_interrupted(data: Path, crewai: FakeCrewAI):
    """After kill -9 nothing claims to run, finished tasks are kept, and what waited in the background goes on."""
    script = INTERRUPTED_SCRIPT.split("with Lab.open")[0] + (
        "lab = Lab.open(sys.argv[1])\nlab.run(document())\nlab.launch(document())\n"
        'wait_until(lambda: fake.calls["write"] == 2, "it to hang")\nos.kill(os.getpid(), signal.SIGKILL)\n'
    )
    environment = {**os.environ, "PYTHONPATH": CHILD_PATH}
    subprocess.run([sys.executable, "-c", script, str(data)], env=environment, timeout=90, check=False)
    with Lab.open() as lab:
        assert lab.counts() == {"completed": 1, "interrupted": 1}


def test_a_script_that_forgets_to_close_ends_by_itself(data: Path):
    """Neither the engine's threads nor the store's keep a process alive."""
    script = INTERRUPTED_SCRIPT.split("with Lab.open")[0] + (
        "lab = Lab.open(sys.argv[1])\nlab.run(document())\nlab.launch(document())\n"
        'wait_until(lambda: fake.calls["write"] == 2, "it to hang")\n'
    )
    environment = {**os.environ, "PYTHONPATH": CHILD_PATH}
    done = subprocess.run(
        [sys.executable, "-c", script, str(data)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
