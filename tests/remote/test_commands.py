"""The command line while the app holds the store: every command that needs it goes through the app."""

from __future__ import annotations

import json
import re

import pytest
from typer.testing import CliRunner

from crewlab.commands.program import app
from crewlab.remote.remote_handle import RemoteHandle
from tests.conftest import wait_until
from tests.remote.test_remote_lab import QUICK, crew


@pytest.fixture
def call(lab, endpoint, tmp_path, monkeypatch):
    """Runs a command beside the app, which has the crew `echo` and an execution of it."""
    monkeypatch.chdir(tmp_path)
    lab.definitions.save(crew(QUICK))
    (tmp_path / "table.csv").write_text("topic\ntea\ncoffee\n")
    (tmp_path / "second.json").write_text(json.dumps(crew(QUICK, "second")))

    def run(*words):
        done = CliRunner().invoke(app, [str(word) for word in words])
        assert "Traceback" not in done.output
        return done

    return run


@pytest.fixture
def execution(lab, call):
    """One that ended over its budget: it can be repeated, forked and resumed."""
    return lab.run("echo", {"topic": "tea"}, max_tokens=1)


def test_running_once_and_over_a_table(lab, call):
    """In the app, also with a concurrency; a later wait for the batch works too."""
    assert call("run", "echo", "-i", "topic=tea").exit_code == 0
    done = call("batch", "echo", "--inputs", "table.csv", "--concurrency", 1, "--csv", "-")
    assert done.exit_code == 0, done.output
    assert lab.counts() == {"completed": 3}
    batch_id = lab.batches()[0].batch_id
    assert call("batch", "--resume", batch_id).exit_code == 0


def test_doing_it_again(lab, call, execution):
    """Rerun, fork and resume wait for the app, and print what it made."""
    for words in (["rerun"], ["fork", "--input", "topic=milk"], ["resume", "--max-tokens", "100000"]):
        done = call(words[0], execution.execution_id, *words[1:])
        assert done.exit_code == (0 if words[0] == "resume" else 1), done.output  # the others have the same limit
    assert lab.execution(execution.execution_id).status == "completed"


def test_stopping(lab, call):
    """Cancel, of what the app runs."""
    handle = lab.launch(crew({"model": "rehearsal/plain", "latency_seconds": 30}), {"topic": "tea"})
    done = call("cancel", handle.execution_id)
    assert done.exit_code == 0, done.output
    assert lab.execution(handle.execution_id).status == "cancelled"


def test_ctrl_c_ends_the_waiting_only(lab, call, monkeypatch):
    """The app goes on, and that is said."""

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(RemoteHandle, "wait", interrupted)
    done = call("run", "echo", "-i", "topic=tea")
    assert done.exit_code == 130
    assert "The app goes on with it" in done.stderr
    wait_until(lambda: lab.counts() == {"completed": 1}, "the app to go on")


def test_reading(call, execution):
    """Lists, events as they happen, and questions."""
    assert execution.execution_id in call("executions").stdout
    followed = call("events", execution.execution_id, "--follow", "--json")
    assert [json.loads(line)["kind"] for line in followed.stdout.splitlines()][-1] == "status_changed"
    assert call("waiting").exit_code == 0


def test_definitions(lab, call):
    """Import, export and check."""
    assert call("import", "second.json").exit_code == 0
    assert json.loads(call("export", "second", "--format", "json").stdout)["name"] == "second"
    assert call("check", "second").exit_code == 0
    assert lab.definitions.version("second").number == 1


def test_every_command_that_opens_a_lab_takes_whichever_there_is():
    """None opens the store by itself: `crewlab.open()` knows who has it."""
    from pathlib import Path

    import crewlab.commands

    for path in Path(crewlab.commands.__file__).parent.glob("*.py"):
        assert not re.search(r"Lab\.open\(|Store\.open\(", path.read_text("utf-8")), path.name
