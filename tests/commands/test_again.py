"""`rerun`, `fork`, `resume` and `cancel`, over a store that an earlier command left behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import GREETER, Call

PAIR = (
    GREETER.replace("greeter", "pair")
    + '  - {name: part, description: "Say farewell to {friend}.", expected_output: One line, agent: host}\n'
)


def record(done: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture
def first(call: Call, tmp_path: Path) -> dict[str, Any]:
    """A finished execution of two tasks."""
    (tmp_path / "pair.yaml").write_text(PAIR)
    return record(call("run", "pair.yaml", "-i", "topic=Ada", "-i", "friend=Bob", "--json"))


def test_rerun_is_a_new_execution_of_the_same(call: Call, first: dict[str, Any]):
    """Another id, the same inputs, and a word on where it came from."""
    again = record(call("rerun", first["execution_id"], "--json"))
    assert again["execution_id"] != again["origin_execution_id"] == first["execution_id"]
    assert (again["status"], again["inputs"], again["usage"]["model_calls"]) == ("completed", first["inputs"], 2)


def test_fork_pays_for_what_changes(call: Call, first: dict[str, Any], tmp_path: Path):
    """From a task, with an edited output (also out of a file), with another input."""
    execution_id = first["execution_id"]
    assert record(call("fork", execution_id, "--from", "part", "--json"))["usage"]["model_calls"] == 1
    assert record(call("fork", execution_id, "-i", "friend=Eve", "--json"))["usage"]["model_calls"] == 1
    (tmp_path / "hello.txt").write_text("Hello!")
    edited = record(call("fork", execution_id, "-o", "greet=@hello.txt", "--json"))
    assert (edited["forked_from_task"], edited["usage"]["model_calls"]) == ("greet", 1)


def test_fork_says_what_is_wrong(call: Call, first: dict[str, Any]):
    """A task that is not there, nothing to change, a file that is not there."""
    for words in (("--from", "nobody"), (), ("-o", "greet=@nowhere.txt"), ("-o", "greet")):
        done = call("fork", first["execution_id"], *words)
        assert done.exit_code == 2
        assert "Traceback" not in done.output


def test_a_budget_ends_a_run_and_resume_goes_on(call: Call, first: dict[str, Any]):
    """`--max-tokens` ends it with exit status 1; resume with a higher limit pays the second task only."""
    done = call("run", "pair.yaml", "-i", "topic=Ada", "-i", "friend=Bob", "--max-tokens", "1", "--json")
    assert done.exit_code == 1
    stopped = record(done)
    assert (stopped["reason"], stopped["usage"]["model_calls"]) == ("over_budget", 1)
    assert call("resume", stopped["execution_id"]).exit_code == 2
    resumed = record(call("resume", stopped["execution_id"], "--max-tokens", "100000", "--json"))
    assert (resumed["status"], resumed["usage"]["model_calls"], resumed["attempt"]) == ("completed", 2, 2)


def test_cancel_needs_something_that_goes_on(call: Call, first: dict[str, Any]):
    """What has ended cannot be cancelled, and the command says so."""
    done = call("cancel", first["execution_id"])
    assert done.exit_code == 2
    assert "completed" in done.stderr
