"""`chat`: lines in, replies out."""

from __future__ import annotations

import json
from pathlib import Path

from tests.commands.conftest import GREETER, Call


def test_each_line_is_answered_until_the_last_words(call: Call, tmp_path: Path):
    """On the rehearsal model, whose replies have the right shape; each turn is an execution."""
    (tmp_path / "talker.yaml").write_text(f"{GREETER}chat_llm: rehearsal/plain\n")
    assert call("import", "talker.yaml").exit_code == 0
    done = call("chat", "greeter", input="Greet Ada, please.\n\nexit\nnever said\n")
    assert done.exit_code == 0, done.output
    assert done.stdout.strip()
    found = json.loads(call("executions", "--json").stdout)
    assert [one["definition_name"] for one in found if "chat" in one["definition_name"]] == ["greeter, chat"]


def test_a_crew_without_a_chat_model_is_told_what_to_do(call: Call):
    """Nothing is asked of anybody."""
    assert call("import", "greeter.yaml").exit_code == 0
    done = call("chat", "greeter")
    assert done.exit_code == 2
    assert "has no chat_llm" in done.output
