"""`models`: profiles kept, tried and removed; and models of single agents in a run."""

from __future__ import annotations

import json

from crewlab.lab import Lab

ADD = ("models", "add", "quiet", "rehearsal/terse", "-p", "seed=3", "--note", "for drafts")


def test_a_profile_is_added_listed_replaced_and_deleted(call, data):
    """Nothing is asked for; values are JSON where they can be."""
    assert call("models", "list").stdout == ""
    assert call(*ADD, input="").exit_code == 0
    assert json.loads(call("models", "list", "--json").stdout) == [
        {"name": "quiet", "model": "rehearsal/terse", "parameters": {"seed": 3}, "note": "for drafts"}
    ]
    assert "already" in call(*ADD).stderr
    assert call(*ADD, "--replace", "--secret", "TEAM_KEY", "--requests-per-minute", 9).exit_code == 0
    assert "${secret:TEAM_KEY}" in call("models", "list").stdout
    assert call("models", "delete", "quiet", input="").exit_code == 0
    assert "There is no model profile 'quiet'" in call("models", "delete", "quiet").stderr


def test_a_profile_in_use_is_deleted_by_force_only(call, data):
    """What names it is said."""
    call(*ADD)
    with Lab.open(data) as lab:
        lab.definitions.save({"name": "mine", "llm": "quiet", "agents": {}, "tasks": []})
    refused = call("models", "delete", "quiet", input="")
    assert refused.exit_code == 2
    assert "used by mine: llm" in refused.stderr
    assert call("models", "delete", "quiet", "--force").exit_code == 0


def test_a_model_is_tried(call):
    """A profile, or a model; the answer on the output, or the raw error beside the hint."""
    call(*ADD)
    tried = call("models", "test", "quiet")
    assert tried.exit_code == 0
    assert tried.stdout.strip()
    assert "tokens" in tried.stderr
    failed = call("models", "test", "openai/x", "--base-url", "http://127.0.0.1:9/v1")
    assert failed.exit_code == 1
    assert "cannot be reached" in failed.stderr
    assert "openai.APIConnectionError" in failed.stderr


def test_one_agent_gets_another_model(call, data):
    """By the name of the agent; a name that there is not is refused with the ones that there are."""
    call(*ADD)
    done = call("run", "greeter.yaml", "-i", "topic=Ada", "--agent-model", "host=quiet", "--json")
    assert json.loads(done.stdout)["options"]["llms"] == {"host": "quiet"}
    refused = call("run", "greeter.yaml", "-i", "topic=Ada", "--agent-model", "hots=quiet")
    assert refused.exit_code == 2
    assert "There is no agent 'hots'. Did you mean 'host'?" in " ".join(refused.stderr.split()).replace("→ ", "")
