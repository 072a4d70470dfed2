"""What one attempt tells its home."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from crewlab.bridge.contract import BuiltTask, TaskOutcome
from crewlab.engine.attempt import AttemptRef
from crewlab.engine.recorder import Recorder
from crewlab.executions.events import ModelCallCompleted, TaskCompleted
from tests.engine.fakes import FakeHome

TASK = BuiltTask(0, "write", "writer", "", "", (), (), 3)


def call(task_name: str | None) -> ModelCallCompleted:
    return ModelCallCompleted(
        execution_id="e", call_id="c", model="m", started_at=datetime.now(UTC), task_name=task_name, input_tokens=1
    )


def test_usage_is_added_up_from_any_thread():
    """Tool threads and the loop report at the same time, and nothing is lost."""
    home = FakeHome()
    recorder = Recorder(home, AttemptRef("e", 1))
    threads = [threading.Thread(target=lambda: [recorder.record(call("write")) for _ in range(200)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    recorder.task_completed(TASK, datetime.now(UTC), TaskOutcome("x", None, "writer"))
    assert home.of(TaskCompleted)[0].usage.model_calls == 1600


def test_calls_of_nobody_are_kept_and_given_to_no_task():
    """A manager's or a planner's call is in the log, and in no task's usage."""
    home = FakeHome()
    recorder = Recorder(home, AttemptRef("e", 1))
    recorder.record(call(None))
    recorder.task_completed(TASK, datetime.now(UTC), TaskOutcome("x", None, "writer"))
    assert len(home.events) == 2
    assert home.of(TaskCompleted)[0].usage.model_calls == 0


def test_nothing_is_recorded_after_the_end():
    """A tool that was given up may report late: the attempt's log is closed."""
    home = FakeHome()
    recorder = Recorder(home, AttemptRef("e", 1))
    recorder.close()
    recorder.record(call("write"))
    assert home.events == []
