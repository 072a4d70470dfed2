"""One attempt, from claim to end: every way it can go."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future

import pytest

from crewlab.bridge.contract import GuardrailVerdict
from crewlab.engine.attempt import CANCELLED, CTRL_C, SHUT_DOWN, AttemptRef, Stop
from crewlab.engine.engine import Engine
from crewlab.errors import MissingCredentialError, ModelCallError, StoreError
from crewlab.executions.events import (
    GuardrailChecked,
    ModelCallCancelled,
    TaskCancelled,
    TaskCompleted,
    TaskEnded,
    TaskFailed,
    TaskReused,
    TaskStarted,
)
from crewlab.executions.execution import StoredTask
from crewlab.executions.launch import LaunchOptions
from crewlab.executions.status import ExecutionStatus
from tests.conftest import wait_until
from tests.engine.fakes import HANG, TOO_LONG, FakeCrewAI, FakeHome, document, execution, task

MakeEngine = Callable[..., Engine]
ONE = AttemptRef("e1", 1)


def finish(engine: Engine, *refs: AttemptRef) -> None:
    """Run attempts to their ends."""
    watch = engine.watch(ref.execution_id for ref in refs)
    engine.submit(refs)
    assert watch.wait(60)


def test_a_success_keeps_the_output(make_engine: MakeEngine):
    """pending, preparing, running, completed; the last output is the execution's."""
    home = FakeHome(execution(document=document(task("a"), task("b", context=["a"]))))
    finish(make_engine(home, FakeCrewAI({"b": "the end"})), ONE)
    assert [move.status for move in home.moves] == [ExecutionStatus.RUNNING, ExecutionStatus.COMPLETED]
    assert home.executions["e1"].output == "the end"
    assert [(e.task_name, e.tasks_done, e.tasks_total) for e in home.of(TaskCompleted)] == [("a", 1, 2), ("b", 2, 2)]
    assert home.of(TaskStarted)[1].context == ("a",)


def test_each_task_has_its_own_usage(make_engine: MakeEngine):
    """A task's usage is the sum of its model calls and of nobody else's, also side by side."""
    tasks = [task("a"), task("b"), task("c", context=["a", "b"])]
    home = FakeHome(execution(document=document(*tasks, process="parallel")))
    finish(make_engine(home, FakeCrewAI({"a": 0.01})), ONE)
    assert {e.task_name: (e.usage.model_calls, e.usage.input_tokens) for e in home.of(TaskEnded)} == {
        "a": (1, 10),
        "b": (1, 10),
        "c": (1, 10),
    }


def test_a_failure_stops_the_siblings_and_keeps_what_is_done(make_engine: MakeEngine):
    """The failed task says why, its sibling is cancelled with its call, the finished one keeps its output."""
    tasks = [task("first"), task("bad", context=["first"]), task("slow", context=["first"])]
    home = FakeHome(execution(document=document(*tasks, process="parallel")))
    error = ModelCallError("The model said no.", "Ask nicely.", 400)
    finish(make_engine(home, FakeCrewAI({"bad": error, "slow": HANG})), ONE)
    ended = {event.task_name: event for event in home.of(TaskEnded)}
    assert isinstance(ended["first"], TaskCompleted)
    assert isinstance(ended["bad"], TaskFailed)
    assert ended["bad"].usage.failed_calls == 1
    assert isinstance(ended["slow"], TaskCancelled)
    assert ended["slow"].usage.model_calls == 1
    report = home.executions["e1"].error
    assert report
    assert (report.task_name, report.message, report.hint) == ("bad", "The model said no.", "Ask nicely.")
    assert home.status("e1") is ExecutionStatus.FAILED


def test_a_crew_that_cannot_be_built_fails_with_a_hint(make_engine: MakeEngine):
    """preparing goes to failed; nothing ran."""
    home, crewai = FakeHome(execution()), FakeCrewAI()
    crewai.build_error = MissingCredentialError("OPENAI_API_KEY", "gpt-5")
    finish(make_engine(home, crewai), ONE)
    assert home.status("e1") is ExecutionStatus.FAILED
    assert home.executions["e1"].error.hint  # type: ignore[union-attr]  # it has failed
    assert not home.of(TaskStarted)


def test_crewai_that_cannot_be_imported_fails_the_execution(make_engine: MakeEngine, settings):
    """The import's error is the execution's error, and the engine's state says so."""
    home = FakeHome(execution())

    def load() -> FakeCrewAI:
        raise ImportError("no crewai here")

    engine = Engine(home, settings, credentials=lambda _: None, load=load)
    finish(engine, ONE)
    engine.close(2.0)
    assert home.executions["e1"].error.message == "no crewai here"  # type: ignore[union-attr]  # it has failed
    assert engine.state(0).crewai == "failed: no crewai here"


def test_cancel_in_flight_drops_the_call_and_keeps_what_is_done(make_engine: MakeEngine):
    """The open call and the open task are closed as cancelled."""
    home, crewai = FakeHome(execution(document=document(task("a"), task("b")))), FakeCrewAI({"b": HANG})
    engine = make_engine(home, crewai)
    engine.submit([ONE])
    wait_until(lambda: crewai.calls["b"], "task b to run")
    engine.stop(["e1"], CANCELLED)
    wait_until(lambda: home.status("e1").is_terminal, "the end")
    assert home.status("e1") is ExecutionStatus.CANCELLED
    assert [type(event) for event in home.of(TaskEnded)] == [TaskCompleted, TaskCancelled]
    assert len(home.of(ModelCallCancelled)) == 1


def test_cancel_before_the_claim_is_answered_still_cancels(make_engine: MakeEngine):
    """A claim is not cut short, but nothing runs after it."""
    home, crewai = FakeHome(execution()), FakeCrewAI()
    home.claim_gate = Future()
    engine = make_engine(home, crewai)
    engine.submit([ONE])
    wait_until(lambda: home.claims_asked, "the claim")
    engine.stop(["e1"], CANCELLED)
    home.claim_gate.set_result(None)
    wait_until(lambda: home.status("e1").is_terminal, "the end")
    assert home.status("e1") is ExecutionStatus.CANCELLED
    assert not crewai.calls


def test_a_task_cancelled_before_its_first_step_ends_cancelled(make_engine: MakeEngine):
    """Started and stopped within one turn of the loop, the attempt never begins, and still ends."""
    home, release = FakeHome(execution("busy"), execution("e1", document=document(task("never")))), threading.Event()
    crewai = FakeCrewAI({"write": lambda request: release.wait(60)})
    engine = make_engine(home, crewai)
    watch = engine.watch(["e1"])
    engine.submit([AttemptRef("busy", 1)])
    wait_until(lambda: crewai.calls["write"], "the loop to be blocked")
    engine.submit([ONE])
    engine.stop(["e1"], CANCELLED)
    release.set()
    assert watch.wait(60)
    assert home.status("e1") is ExecutionStatus.CANCELLED
    assert home.claims == 1
    assert not crewai.calls["never"]


@pytest.mark.parametrize(
    ("stop", "left"), [(CTRL_C, ExecutionStatus.INTERRUPTED), (SHUT_DOWN, ExecutionStatus.PENDING)]
)
def test_an_attempt_that_its_caller_leaves_before_its_first_step_does_not_stay_pending(
    make_engine: MakeEngine, stop: Stop, left: ExecutionStatus
):
    """Nobody would run it, and only what is interrupted can be resumed; a shutdown leaves the queue as it is."""
    home, release = FakeHome(execution("busy"), execution("e1", document=document(task("never")))), threading.Event()
    crewai = FakeCrewAI({"write": lambda request: release.wait(60)})
    engine = make_engine(home, crewai)
    engine.submit([AttemptRef("busy", 1)])
    wait_until(lambda: crewai.calls["write"], "the loop to be blocked")
    engine.submit([ONE])
    engine.stop(["e1"], stop)
    release.set()
    wait_until(lambda: not engine.state(0).running, "both attempts to be over")
    assert home.status("e1") is left
    assert not crewai.calls["never"]


@pytest.mark.parametrize("stop", [CANCELLED, SHUT_DOWN])
def test_the_first_request_to_stop_counts(make_engine: MakeEngine, stop):
    """A shutdown does not rename a cancel, nor the other way round."""
    home, crewai = FakeHome(execution()), FakeCrewAI({"write": HANG})
    engine = make_engine(home, crewai)
    engine.submit([ONE])
    wait_until(lambda: crewai.calls["write"], "the task to run")
    engine.stop(["e1"], stop)
    engine.stop(["e1"], CANCELLED if stop is SHUT_DOWN else SHUT_DOWN)
    wait_until(lambda: home.status("e1").is_terminal, "the end")
    assert home.status("e1") is stop.status


def test_a_time_limit_fails_with_its_reason_and_keeps_what_is_done(make_engine: MakeEngine):
    """failed, timed_out, with the tasks that were done."""
    options = LaunchOptions(timeout_seconds=60)
    home = FakeHome(execution(document=document(task("a"), task("b")), options=options))
    finish(make_engine(home, FakeCrewAI({"b": TOO_LONG})), ONE)
    assert home.status("e1") is ExecutionStatus.FAILED
    assert home.executions["e1"].reason == "timed_out"
    assert "60 s" in home.executions["e1"].error.message  # type: ignore[union-attr]  # it has failed
    assert [type(event) for event in home.of(TaskEnded)] == [TaskCompleted, TaskCancelled]


def test_a_timeout_of_the_model_is_not_the_time_limit(make_engine: MakeEngine):
    """Only our own limit is called `timed_out`."""
    home = FakeHome(execution())
    finish(make_engine(home, FakeCrewAI({"write": TimeoutError("the model was slow")})), ONE)
    assert home.executions["e1"].reason is None
    assert home.executions["e1"].error.message == "the model was slow"  # type: ignore[union-attr]  # it has failed


def test_a_guardrail_has_the_task_run_again_with_its_feedback(make_engine: MakeEngine):
    """Each refusal is an event and a retry, counted on the task."""
    verdicts = [GuardrailVerdict(False, "shorter"), GuardrailVerdict(True, "")]
    home = FakeHome(execution(document=document(task("write", guardrails=["short"]))))
    crewai = FakeCrewAI({"write": ["long text", "short"]}, verdicts)
    finish(make_engine(home, crewai), ONE)
    assert home.executions["e1"].output == "short"
    assert [(e.passed, e.retry_number) for e in home.of(GuardrailChecked)] == [(False, 0), (True, 1)]
    assert home.of(TaskCompleted)[0].usage.guardrail_retries == 1
    assert home.of(TaskCompleted)[0].usage.model_calls == 2


def test_a_guardrail_that_never_passes_fails_the_task(make_engine: MakeEngine):
    """After the retries that the task allows, with the last feedback in the error."""
    verdicts = [GuardrailVerdict(False, f"no {number}") for number in range(9)]
    home = FakeHome(execution(document=document(task("write", guardrails=["short"], guardrail_max_retries=2))))
    crewai = FakeCrewAI(verdicts=verdicts)
    finish(make_engine(home, crewai), ONE)
    assert crewai.calls["write"] == 3
    assert home.status("e1") is ExecutionStatus.FAILED
    assert "no 2" in home.executions["e1"].error.message  # type: ignore[union-attr]  # it has failed
    assert home.of(TaskFailed)[0].usage.guardrail_retries == 2


def test_the_next_attempt_pays_no_finished_task_again(make_engine: MakeEngine):
    """Finished tasks are reused with no usage and their attempt; only the rest runs."""
    finished = StoredTask(task_index=0, task_name="a", agent="writer", attempt=1, output="kept")
    home = FakeHome(execution(document=document(task("a"), task("b")), attempt=2), finished=[finished])
    crewai = FakeCrewAI()
    finish(make_engine(home, crewai), AttemptRef("e1", 2))
    assert crewai.calls == {"b": 1}
    reused = home.of(TaskReused)[0]
    assert (reused.output, reused.from_attempt, reused.usage.model_calls, reused.tasks_done) == ("kept", 1, 0, 1)
    assert home.of(TaskCompleted)[0].tasks_done == 2


def test_an_attempt_that_somebody_else_has_is_not_run(make_engine: MakeEngine):
    """A lost claim makes no model call and no move; who waits is told to look."""
    home, crewai = FakeHome(execution(status=ExecutionStatus.RUNNING)), FakeCrewAI()
    engine = make_engine(home, crewai)
    watch = engine.watch(["e1"])
    engine.submit([ONE])
    wait_until(lambda: watch.take_doubtful() == {"e1"}, "the doubt")
    assert not crewai.calls
    assert not home.moves


def test_a_store_that_cannot_be_asked_is_told_to_who_waits(make_engine: MakeEngine, monkeypatch: pytest.MonkeyPatch):
    """A claim that fails runs nothing and fails nothing: the execution stays where it is."""
    home, crewai, broken = FakeHome(execution()), FakeCrewAI(), StoreError("The disk is full.")
    refused: Future[None] = Future()
    refused.set_exception(broken)
    monkeypatch.setattr(home, "claim", lambda ref, message: refused)
    engine = make_engine(home, crewai)
    watch = engine.watch(["e1"])
    engine.submit([ONE])
    wait_until(lambda: watch.error is broken, "the error")
    assert home.status("e1") is ExecutionStatus.PENDING
    assert not crewai.calls


def test_a_task_that_is_cancelled_from_inside_fails(make_engine: MakeEngine):
    """Nobody asked to stop, so it is a failure that says which task, not a silent end."""

    def stop_itself(request):
        raise asyncio.CancelledError

    home = FakeHome(execution(document=document(task("odd"), task("b"))))
    finish(make_engine(home, FakeCrewAI({"odd": stop_itself})), ONE)
    assert home.status("e1") is ExecutionStatus.FAILED
    assert "odd" in home.executions["e1"].error.message  # type: ignore[union-attr]  # it has failed


def test_preparing_says_that_crewai_is_loading(make_engine: MakeEngine):
    """Only while it is."""
    home = FakeHome(execution("e1"), execution("e2"))
    messages: list[str] = []
    claim = home.claim

    def listen(ref: AttemptRef, message: str):
        messages.append(message)
        return claim(ref, message)

    home.claim = listen  # type: ignore[method-assign]  # stands in
    engine = make_engine(home, FakeCrewAI())
    finish(engine, ONE)
    finish(engine, AttemptRef("e2", 1))
    assert messages == ["loading crewAI", ""]


def test_the_folder_is_made_before_the_crew_is_built(make_engine: MakeEngine, settings):
    """A task may write from its first step on."""
    home = FakeHome(execution())
    finish(make_engine(home, FakeCrewAI({"write": lambda request: request.folder.is_dir()})), ONE)
    assert home.executions["e1"].output == "True"
    assert settings.execution_folder("e1").is_dir()


def test_a_circle_of_tasks_is_an_error_not_a_hang(make_engine: MakeEngine):
    """Tasks that wait for each other fail the execution."""
    tasks = [task("a", context=["b"]), task("b", context=["a"])]
    home = FakeHome(execution(document=document(*tasks, process="parallel")))
    finish(make_engine(home, FakeCrewAI()), ONE)
    assert "wait for each other" in home.executions["e1"].error.message  # type: ignore[union-attr]  # it has failed
