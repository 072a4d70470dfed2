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


TALKER = """
schema: crewai.flow/v1
name: talker
conversational: {}
state: {default: {name: nobody}}
methods:
  converse_turn:
    listen: converse
    do: {call: expression, expr: "state.name + ' said ' + state.last_user_message"}
"""


def test_a_flow_is_talked_to_in_one_execution(call: Call, tmp_path: Path):
    """What a script has begun goes on, in another process perhaps, until the person ends it."""
    (tmp_path / "talker.yaml").write_text(TALKER)
    assert call("import", "talker.yaml").exit_code == 0
    begun = call("run", "talker", "-i", "current_user_message=one", "-i", "name=Ada")
    assert (begun.exit_code, begun.stdout) == (3, "Ada said one\n")
    assert "--outcome end ends the conversation" in begun.stderr
    execution_id = begun.stderr.split("--continue ")[1].split()[0]
    ended = call("chat", "talker", "--continue", execution_id, input="two\nexit\n")
    assert (ended.stdout, f"{execution_id}: completed" in ended.stderr) == ("Ada said two\n", True)
