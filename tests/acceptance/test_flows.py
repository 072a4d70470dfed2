"""Flows with crewAI itself: saved crews by name, agents and tools, what is stored, streamed and run again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crewlab.errors import AnswerError, ExecutionError, InputsError
from crewlab.executions.cassette import Cassette
from crewlab.executions.events import StepCompleted, TaskCompleted
from crewlab.executions.status import ExecutionStatus as S
from crewlab.lab import Lab
from tests.acceptance import crews

MODEL = {"model": "rehearsal/terse", "latency_seconds": 0}


@pytest.fixture
def lab(data: Path) -> Any:
    with Lab.open(data) as opened:
        opened.definitions.save({**crews.chain(MODEL, "first", "second"), "name": "pair"})
        yield opened


def flow(name: str = "whole", **steps: Any) -> dict[str, Any]:
    state = {"type": "json_schema", "json_schema": {"type": "object", "properties": {"topic": {"type": "string"}}}}
    return {"schema": "crewai.flow/v1", "name": name, "state": state, "methods": steps}


def pair(**fields: Any) -> dict[str, Any]:
    """A step that runs the saved crew."""
    action = {"call": "crew", "definition": "pair", "inputs": {"topic": "${state.topic}"}, **fields}
    return {"start": True, "do": action}


def test_a_saved_flow_runs_saved_crews_and_keeps_what_it_ran(lab: Lab):
    """Tasks of another crew are read by name; the snapshot holds the versions, and a rerun runs them again."""
    agent = {"role": "Editor", "goal": "Edit", "backstory": "Brief", "llm": MODEL, "input": "${outputs.work.raw}"}
    tool = {"call": "tool", "ref": "FileReadTool", "with": {"file_path": "timesheets.csv", "line_count": 1}}
    end = "{'first': outputs.work.tasks.first.raw, 'edited': outputs.edit.raw, 'read': outputs.look.size() > 0}"
    lab.definitions.save(
        flow(
            work=pair(context={"second": ["${state.topic} is the word"]}),
            edit={"listen": "work", "do": {"call": "agent", "with": agent}},
            look={"start": True, "do": tool},
            end={"listen": {"and": ["edit", "look"]}, "do": {"call": "expression", "expr": end}},
        )
    )
    done = lab.run("whole", {"topic": "tea"})
    assert done.status is S.COMPLETED, done.error
    assert (done.kind, done.tasks_total, done.is_rehearsal) == ("flow", 4, True)
    assert done.output_json["read"] is True
    (child,) = lab.children(done.execution_id)
    assert (child.definition_name, child.version_number, child.inputs) == ("pair", 1, {"topic": "tea"})
    asked = lab.llm_calls_df(execution_ids=[child.execution_id])
    assert "tea is the word" in asked[asked["task_name"] == "second"]["messages"].iloc[0]
    assert done.usage.model_calls == 3
    assert len(lab.tool_calls_df(execution_ids=[done.execution_id])) == 1
    assert list(done.document["definitions"]) == ["pair@1"]
    changed = {**crews.chain(MODEL, "other"), "name": "pair"}
    lab.definitions.save(changed, definition_id=lab.definitions.get("pair").definition_id)
    again = lab.rerun(done.execution_id).wait()
    assert lab.children(again.execution_id)[0].version_number == 1


def test_a_stream_has_the_events_of_everything_that_a_flow_runs(lab: Lab):
    """Each says whose it is; it ends with the flow."""
    events = list(lab.stream_sync(flow(work=pair()), {"topic": "tea"}))
    (flow_id,) = {event.execution_id for event in events if isinstance(event, StepCompleted)}
    (child,) = lab.children(flow_id)
    assert {event.execution_id for event in events if isinstance(event, TaskCompleted)} == {child.execution_id}
    assert (events[-1].execution_id, events[-1].kind) == (flow_id, "status_changed")
    assert [event for _, event in lab.follow(flow_id)] == events


def test_a_state_that_does_not_fit_is_refused_before_anything_runs(lab: Lab):
    """With the field."""
    with pytest.raises(InputsError, match="topic"):
        lab.run(flow(work=pair()), {"topic": 3})
    with pytest.raises(InputsError, match="subject"):
        lab.run(flow(work=pair()), {"subject": "tea"})
    assert lab.count_executions() == 0


def test_a_part_of_a_flow_is_no_execution_of_its_own_to_stop(lab: Lab):
    """It is stopped and resumed with its flow; to run it again alone makes it one."""
    done = lab.run(flow(work=pair()), {"topic": "tea"})
    (child,) = lab.children(done.execution_id)
    with pytest.raises(ExecutionError, match="step 'work' of a flow"):
        lab.resume(child.execution_id)
    alone = lab.rerun(child.execution_id).wait()
    assert (alone.status, alone.parent_execution_id, alone.kind) == (S.COMPLETED, None, "crew")


def test_a_fork_of_a_flow_pays_for_what_changes(lab: Lab):
    """Through the lab: from a step, and with an output written by hand."""
    end = {"listen": "work", "do": {"call": "expression", "expr": "'so: ' + outputs.work.raw"}}
    done = lab.run(flow(work=pair(), end=end), {"topic": "tea"})
    edited = lab.fork(done.execution_id, outputs={"work": "by hand"}).wait()
    assert (edited.output, edited.usage.model_calls, edited.forked_from_task) == ("so: by hand", 0, "work")
    again = lab.fork(done.execution_id, from_task="work").wait()
    assert (again.output, again.usage.model_calls) == (done.output, 2)


def test_a_batch_of_a_flow_has_the_tables_of_all_that_it_ran(lab: Lab):
    """Tasks and calls of crews within, and the scores of a judge, by the row of the table."""
    report = lab.test(flow(work=pair()), {"topic": "tea"}, judge=MODEL, iterations=2)
    assert list(report.table.index) == ["first", "second", "crew", "duration_seconds"]
    assert report.missing == 0
    assert len(lab.tasks_df(batch_id=report.batch_id)) == 4
    assert set(lab.scores_df(batch_id=report.batch_id)["row_number"]) == {1, 2}
    assert len(lab.executions_df(batch_id=report.batch_id)) == 2
    with pytest.raises(InputsError, match="is a flow"):
        lab.launch_training(flow(work=pair()), {"topic": "tea"})


def test_answers_of_a_flow_are_recorded_and_replayed_once_each(lab: Lab):
    """A loop asks the same twice: the second answer is the second one that was recorded."""
    steps = {
        "begin": {"start": True, "do": {"call": "expression", "expr": "0"}},
        "work": {"listen": {"or": ["begin", "again"]}, "do": pair()["do"]},
        "decide": {
            "listen": "work",
            "router": True,
            "emit": ["again", "done"],
            "do": {"call": "expression", "expr": "has(state.once) && state.once ? 'done' : 'again'"},
            "set": {"once": "true"},
        },
    }
    made = {**flow(**steps), "state": {"type": "dict", "default": {"topic": "tea", "once": False}}}
    recorded = lab.run(made, cassette=Cassette.record("looped"))
    assert recorded.usage.model_calls == 4
    replayed = lab.run(made, cassette=Cassette.replay("looped"))
    assert (replayed.status, replayed.output) == (recorded.status, recorded.output)


def test_a_model_reads_the_outcome_out_of_what_a_person_says(lab: Lab):
    """With crewAI's question, in one call of the step; without such a model words alone are refused."""
    asked = {"message": "Good?", "emit": ["approved", "revise"], "llm": MODEL}
    draft = {"start": True, "do": {"call": "expression", "expr": "'a draft'"}, "human_feedback": asked}
    said = {"call": "expression", "expr": "outputs.draft.outcome + ': ' + outputs.draft.feedback"}
    made = flow(draft=draft, end={"listen": {"or": ["approved", "revise"]}, "do": said})
    waiting = lab.run(made)
    lab.answer(waiting.execution_id, "I like it.")
    (done,) = lab.wait([waiting.execution_id])
    assert done.output in ("approved: I like it.", "revise: I like it.")
    (call,) = lab.llm_calls_df(execution_ids=[done.execution_id]).to_dict("records")
    assert call["task_name"] == "draft"
    assert "Possible outcomes: approved, revise" in call["messages"]
    made["methods"]["draft"]["human_feedback"] = {**asked, "llm": None}
    with pytest.raises(AnswerError, match="which outcome"):
        lab.answer(lab.run(made).execution_id, "I like it.")
