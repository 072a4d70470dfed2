"""`train`: judging on the terminal."""

from __future__ import annotations

import json

from tests.commands.conftest import Call


def test_what_is_typed_is_learned_and_followed(call: Call):
    """One round of one task; the lessons are printed, and `run --training` follows them."""
    done = call("train", "greeter.yaml", "-n", "1", "-i", "topic=Ada", "--json", input="Shorter, please.\n")
    assert done.exit_code == 0, done.output
    trained = json.loads(done.stdout)
    assert trained["lessons"]["host"]
    assert call("run", "greeter.yaml", "-i", "topic=Ada", "--training", trained["execution_id"]).exit_code == 0


def test_nobody_at_the_terminal_is_told_how_to_go_on(call: Call):
    """With closed input the training waits instead of asking for ever."""
    done = call("train", "greeter.yaml", "-n", "1", "-i", "topic=Ada")
    assert done.exit_code == 2
    assert "python -m crewlab answer" in done.output
