"""The pool of the lab: pausing, priority, caps and limits, over a real store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crewlab import bridge
from crewlab.errors import BatchNotFoundError, InputsError, PoolPausedError, SettingsError
from crewlab.executions.status import ExecutionStatus
from crewlab.lab import Lab
from crewlab.settings import Settings
from tests.conftest import wait_until
from tests.engine.fakes import HANG, FakeCrewAI, document, task

TOPIC = document(task("write", description="Write about {topic}"))
BEES = {"topic": "bees"}


@pytest.fixture
def crewai(monkeypatch: pytest.MonkeyPatch) -> FakeCrewAI:
    fake = FakeCrewAI()
    monkeypatch.setattr(bridge, "load", lambda: fake)
    return fake


@pytest.fixture
def lab(data: Path, crewai: FakeCrewAI) -> Iterator[Lab]:
    with Lab.open(serve_queue=True) as opened:
        yield opened


def test_a_paused_pool_keeps_what_is_launched_until_it_goes_on(lab: Lab, crewai: FakeCrewAI):
    """Background work waits in the queue; who would wait for it is refused, and nothing is stored."""
    lab.pause()
    handle = lab.launch(TOPIC, BEES)
    with pytest.raises(PoolPausedError, match="unpause"):
        lab.run(TOPIC, BEES)
    assert lab.engine_state().is_paused
    assert (lab.count_executions(), handle.refresh().status) == (1, ExecutionStatus.PENDING)
    lab.unpause()
    assert handle.wait(60).status is ExecutionStatus.COMPLETED


def test_a_pause_survives_a_restart(data: Path, crewai: FakeCrewAI):
    """What was pending then still waits; it runs when the pool goes on."""
    with Lab.open(serve_queue=True) as lab:
        lab.pause()
        execution_id = lab.launch(TOPIC, BEES).execution_id
    with Lab.open(serve_queue=True) as again:
        assert again.engine_state().is_paused
        assert again.execution(execution_id).status is ExecutionStatus.PENDING
        again.unpause()
        assert again.wait([execution_id], 60)[0].status is ExecutionStatus.COMPLETED


def test_what_runs_goes_on_while_the_pool_is_paused(lab: Lab, crewai: FakeCrewAI):
    """A pause stops nothing."""
    crewai.answers["write"] = HANG
    handle = lab.launch(TOPIC, BEES)
    wait_until(lambda: handle.refresh().status is ExecutionStatus.RUNNING, "it to run")
    lab.pause()
    assert handle.refresh().status is ExecutionStatus.RUNNING
    handle.cancel()


def test_priority_decides_who_is_next(data: Path, crewai: FakeCrewAI):
    """As launched, and as changed while pending, of one execution and of a batch."""
    order: list[str] = []
    crewai.answers["write"] = lambda request: order.append(request.inputs["topic"])
    with Lab.open(serve_queue=True, settings=Settings.from_environment(workers=1, admission=1)) as lab:
        lab.pause()
        low = lab.launch(TOPIC, {"topic": "low"}, priority=-5)
        lab.launch(TOPIC, {"topic": "usual"})
        high = lab.launch(TOPIC, {"topic": "high"}, priority=5)
        batch = lab.launch_batch(TOPIC, [{"topic": "batch"}])
        assert lab.set_priority(low.execution_id, 100) == 1
        assert lab.set_priority(batch.batch_id, 50) == 1
        assert low.refresh().options.priority == 100
        lab.unpause()
        wait_until(lambda: len(order) == 4, "all to run")
        high.wait(60)
        assert lab.set_priority(high.execution_id, 7) == 0, "what has run has no place in the queue"
    assert order == ["low", "batch", "high", "usual"]


def test_a_priority_out_of_bounds_is_refused(lab: Lab):
    """At the launch and later; and so is an id of nothing."""
    with pytest.raises(InputsError, match="is no priority"):
        lab.launch(TOPIC, BEES, priority=1001)
    with pytest.raises(BatchNotFoundError):
        lab.set_priority("nothing", 1)
    assert lab.count_executions() == 0


def test_a_cap_counts_from_the_moment_it_is_changed(lab: Lab, crewai: FakeCrewAI):
    """Raised, it lets in those who wait; the state shows who has how much."""
    crewai.answers["write"] = HANG
    lab.change_setting("owner_limit", 1)
    batch = lab.launch_batch(TOPIC, [BEES] * 3)
    wait_until(lambda: crewai.calls["write"] == 1, "one to run")
    wait_until(lambda: lab.engine_state().batches == {batch.batch_id: 1}, "the state to show it")
    assert lab.engine_state().owner_limit == 1
    lab.change_setting("owner_limit", None)
    wait_until(lambda: crewai.calls["write"] == 3, "all to run")
    assert lab.engine_state().owners == {"local": 3}
    lab.cancel_batch(batch.batch_id)


def test_limits_of_an_execution_are_those_of_now(lab: Lab, crewai: FakeCrewAI):
    """A default that is changed counts for the next execution."""
    crewai.answers["write"] = HANG
    lab.change_setting("timeout_seconds", 0.05)
    assert lab.settings.timeout_seconds == 0.05
    assert lab.run(TOPIC, BEES).reason == "timed_out"


def test_model_limits_reach_the_crews_that_begin_from_now_on(lab: Lab, crewai: FakeCrewAI):
    """They are kept by the engine, by the name that the document uses."""
    limits = []
    crewai.answers["write"] = lambda request: limits.append(request.model_limit("openai/x"))
    lab.run(TOPIC, BEES)
    lab.limit_model("openai/x", requests_per_minute=3, tokens_per_minute=500)
    lab.run(TOPIC, BEES)
    assert limits[0] is None
    assert (limits[1].requests_per_minute, limits[1].tokens_per_minute, limits[1].what) == (
        3,
        500,
        "the model openai/x",
    )
    with pytest.raises(SettingsError):
        lab.limit_model("openai/x", requests_per_minute=0)
