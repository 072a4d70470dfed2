"""`waiting` and `answer`, over a store that an earlier command left behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crewlab.commands.handing_over import WAITS
from tests.commands.conftest import GREETER, Call

ASKING = GREETER.replace("agent: host}", "agent: host, human_input: {prompt: Polite?}}").replace("greeter", "asking")


@pytest.fixture
def waiting(call: Call, tmp_path: Path) -> str:
    """An execution that waits for a person."""
    (tmp_path / "asking.yaml").write_text(ASKING)
    ran = call("run", "asking.yaml", "-i", "topic=Ada", "--json")
    assert ran.exit_code == WAITS
    assert "crewlab answer" in ran.stderr
    record: dict[str, Any] = json.loads(ran.stdout)
    assert record["status"] == "waiting"
    return str(record["execution_id"])


def test_what_waits_is_listed(call: Call, waiting: str):
    """With what is asked, and the answer so far; as text and as JSON."""
    listed = call("waiting")
    assert waiting in listed.stdout
    assert "Polite?" in listed.stdout
    (question,) = json.loads(call("waiting", "--json").stdout)
    assert (question["task_name"], question["execution_id"]) == ("greet", waiting)
    assert question["output"] in listed.stdout


def test_feedback_and_acceptance(call: Call, waiting: str):
    """Feedback ends with the next question, acceptance with the output."""
    again = call("answer", waiting, "Warmer, please.", "--json")
    assert (again.exit_code, json.loads(again.stdout)["usage"]["model_calls"]) == (WAITS, 2)
    done = call("answer", waiting, "--accept", "--task", "greet")
    assert done.exit_code == 0
    assert done.stdout.strip()
    assert "Nothing waits" in call("waiting").stderr


def test_answers_that_say_nothing_or_come_late(call: Call, waiting: str):
    """Neither text nor --accept, both of them, an unknown task, an execution that is over."""
    for words in ((), ("More.", "--accept"), ("--accept", "--task", "nothing")):
        assert call("answer", waiting, *words).exit_code == 2
    call("answer", waiting, "--accept")
    late = call("answer", waiting, "--accept")
    assert late.exit_code == 2
    assert "waits for nobody" in late.stderr
