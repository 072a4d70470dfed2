"""`engine`, `pause`, `unpause` and `priority`, as typed."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from crewlab.commands.pool import _told
from crewlab.commands.program import app
from crewlab.executions.engine_state import DedicatedWorker, EngineState, RateUse
from crewlab.lab import Lab
from tests.factories import finished_execution


def test_pause_and_unpause_are_kept_for_the_next_process(data: Path):
    """Each command is a process of its own."""
    assert CliRunner().invoke(app, ["pause"]).exit_code == 0
    assert json.loads(CliRunner().invoke(app, ["engine", "--json"]).stdout)["is_paused"]
    assert CliRunner().invoke(app, ["unpause"]).exit_code == 0
    assert "pool       open" in CliRunner().invoke(app, ["engine"]).stdout


def test_a_run_on_a_paused_pool_says_how_to_go_on(data: Path):
    """It does not wait for ever without a word."""
    CliRunner().invoke(app, ["pause"])
    ended = CliRunner().invoke(app, ["run", "market-brief"])
    assert ended.exit_code == 2
    assert "unpause" in ended.stderr


def test_an_unknown_id_has_no_priority(data: Path):
    """The error says what was looked for."""
    ended = CliRunner().invoke(app, ["priority", "nothing", "5"])
    assert (ended.exit_code, "nothing" in ended.stderr) == (2, True)


def test_the_priority_of_what_is_over_is_not_changed(data: Path):
    """It is told, instead of how many of none were changed."""
    with Lab.open(data) as lab:
        over = finished_execution(lab.store).execution_id
    ended = CliRunner().invoke(app, ["priority", over, "5"])
    assert (ended.exit_code, ended.stderr) == (0, "Nothing of it is pending, so that nothing was changed.\n")


def test_every_number_is_told():
    """Workers, their reasons, caps, tools and limits."""
    state = EngineState(
        "ready", 3, 7, 4, 64,
        hosted={"crewlab-worker-1": 2}, dedicated_workers=4,
        dedicated=(DedicatedWorker("crewlab-dedicated-1", "e1", "it blocks"),),
        owner_limit=5, owners={"ann": 3}, rates=(RateUse("k", "the crew", 9, 10, 800, None, 2),),
    )  # fmt: skip
    told = "\n".join(_told(state))
    parts = ["7 pending, 3 running", "2 of 256", "e1, because it blocks", "at most 5 each: ann 3"]
    for part in [*parts, "9 of 10 requests", "2 waiting"]:
        assert part in told
