"""`events`: every step of an execution."""

from __future__ import annotations

import json

from crewlab.lab import Lab
from tests.commands.conftest import Call


def executed(call: Call) -> str:
    done = call("run", "greeter.yaml", "-i", "topic=Ada", "--json")
    return json.loads(done.stdout)["execution_id"]


def test_every_step_is_a_line(call: Call):
    """Time, place, kind, where and what, oldest first."""
    done = call("events", executed(call))
    assert done.exit_code == 0, done.output
    kinds = [line.split()[2] for line in done.stdout.splitlines()]
    assert kinds[-1] == "status_changed"
    assert "task_started" in kinds
    assert "completed" in done.stdout.splitlines()[-1]


def test_json_lines_hold_everything(call: Call, data):
    """One object a line, with the id to go on after."""
    execution_id = executed(call)
    found = [json.loads(line) for line in call("events", execution_id, "--json").stdout.splitlines()]
    with Lab.open(data) as lab:
        assert [one["event_id"] for one in found] == [number for number, _ in lab.events(execution_id)]
    rest = call("events", execution_id, "--json", "--after", str(found[2]["event_id"])).stdout.splitlines()
    assert [json.loads(line) for line in rest] == found[3:]


def test_following_what_is_over_ends_at_once(call: Call):
    """It shows all of it, and how it stands."""
    execution_id = executed(call)
    followed, shown = call("events", execution_id, "--follow"), call("events", execution_id)
    assert followed.stdout == shown.stdout
    assert f"Execution {execution_id} is completed." in followed.stderr


def test_an_unknown_execution_is_an_error(call: Call):
    """Exit status 2 and a sentence."""
    done = call("events", "unknown")
    assert done.exit_code == 2
    assert "no execution or batch 'unknown'" in done.stderr
