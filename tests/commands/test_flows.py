"""Flows from the command line: their state, their steps, tables of states, people and forks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.conftest import Call

FLOW = """
schema: crewai.flow/v1
name: sums
state:
  type: json_schema
  json_schema: {type: object, properties: {count: {type: integer}, names: {type: array}, topic: {type: string}}}
  default: {count: 1, names: [], topic: tea}
methods:
  double: {start: true, do: {call: expression, expr: state.count * 2}, set: {count: output}}
  end: {listen: double, do: {call: expression, expr: "[state.count, size(state.names), state.topic]"}}
"""
ASKING = """
schema: crewai.flow/v1
name: asking
methods:
  draft:
    start: true
    do: {call: expression, expr: "'a draft'"}
    human_feedback: {message: Good?, emit: [approved, revise], default_outcome: revise}
  end: {listen: approved, do: {call: expression, expr: outputs.draft.outcome}}
"""


@pytest.fixture(autouse=True)
def flows(tmp_path: Path) -> None:
    (tmp_path / "sums.yaml").write_text(FLOW)
    (tmp_path / "asking.yaml").write_text(ASKING)


def test_values_have_the_types_of_the_state(call: Call, tmp_path: Path):
    """`--input` is read by the schema; a file holds a whole state, and `--input` wins over it."""
    done = call("run", "sums.yaml", "--input", "count=21", "--input", 'names=["a"]')
    assert (done.exit_code, json.loads(done.stdout)) == (0, [42, 1, "tea"])
    (tmp_path / "state.json").write_text('{"count": 4, "topic": "7"}')
    assert json.loads(call("run", "sums.yaml", "--state", "state.json", "-i", "count=5").stdout) == [10, 0, "7"]


def test_fields_of_a_state_may_have_names_of_a_crew(call: Call, tmp_path: Path):
    """A file with a state is read as it is; what holds no fields is said to be none."""
    fields = FLOW.replace(", topic: tea", "").replace("topic: {type: string}", "tasks: {type: object}")
    (tmp_path / "flow.yaml").write_text(fields.replace("topic", "tasks"))
    (tmp_path / "state.json").write_text('{"tasks": {"a": {"description": "b"}}}')
    (tmp_path / "list.json").write_text("[1]")
    done = call("run", "flow.yaml", "--state", "state.json")
    assert json.loads(done.stdout)[2] == {"a": {"description": "b"}}
    assert "holds no state" in call("run", "flow.yaml", "--state", "list.json").stderr


def test_a_value_of_another_type_is_refused(call: Call):
    """Before anything runs, with its name."""
    done = call("run", "sums.yaml", "--input", "count=many")
    assert done.exit_code == 2
    assert "count" in done.stderr


def test_a_crew_has_no_state(call: Call, tmp_path: Path):
    """And is told where its inputs go."""
    (tmp_path / "state.json").write_text('{"count": 4}')
    assert "has no state" in call("run", "greeter.yaml", "--state", "state.json").stderr


def test_steps_are_listed(call: Call):
    """Each call with its status; all of it as JSON."""
    record = json.loads(call("run", "sums.yaml", "--json").stdout)
    assert record["kind"] == "flow"
    listed = call("steps", record["execution_id"])
    assert "double" in listed.stdout
    assert "2 calls of steps" in listed.stderr
    steps = json.loads(call("steps", record["execution_id"], "--json").stdout)
    assert [(step["step"], step["status"]) for step in steps] == [("double", "completed"), ("end", "completed")]


def test_a_table_of_states_is_a_batch(call: Call, tmp_path: Path):
    """One execution a row, cells with the types of the state."""
    (tmp_path / "states.csv").write_text("count,topic\n1,a\n2,b\n")
    done = call("batch", "sums.yaml", "--inputs", "states.csv", "--json")
    assert [json.loads(one["output"]) for one in json.loads(done.stdout)["executions"]] == [[2, 0, "a"], [4, 0, "b"]]


def test_a_person_answers_with_an_outcome(call: Call):
    """The command and the waiting list say what to choose from."""
    asked = call("run", "asking.yaml", "--json")
    record = json.loads(asked.stdout)
    assert record["status"] == "waiting"
    assert f"answer {record['execution_id']} --outcome revise, or approved" in asked.stderr
    assert "Choose with --outcome one of: revise, approved" in call("waiting").stdout
    assert "Choose one of" in call("answer", record["execution_id"], "Hm.").stderr
    done = call("answer", record["execution_id"], "--outcome", "approved")
    assert (done.exit_code, done.stdout.strip()) == (0, "approved")


def test_a_choice_is_not_accepted(call: Call):
    """`--accept` could mean the outcome that sends the answer back: it says what to choose from instead."""
    record = json.loads(call("run", "asking.yaml", "--json").stdout)
    refused = call("answer", record["execution_id"], "--accept")
    assert refused.exit_code == 2
    assert "revise, approved" in refused.stderr
    assert len(json.loads(call("waiting", "--json").stdout)) == 1


def test_a_fork_runs_from_a_step(call: Call):
    """With other values for its state."""
    record = json.loads(call("run", "sums.yaml", "--json").stdout)
    done = call("fork", record["execution_id"], "--input", "count=5")
    assert json.loads(done.stdout) == [10, 0, "tea"]
