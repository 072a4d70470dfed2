"""The documented views: their exact columns, stable types, and figures that add up."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest

from crewlab.store import Store
from tests.factories import (
    OWNER,
    RESEARCH,
    Work,
    finished_batch,
    finished_execution,
    model_error,
    new_execution,
    scored,
    step_events,
)

USAGE = (
    "model_calls failed_calls input_tokens output_tokens cached_tokens reasoning_tokens cost_usd unpriced_calls "
    "unknown_calls tool_calls retries guardrail_retries"
)
COLUMNS = {
    "executions": "owner execution_id kind parent_execution_id parent_step root_execution_id batch_id batch_name "
    "row_number definition_id definition_name version_number "
    "content_hash status status_message reason attempt origin origin_execution_id forked_from_task is_rehearsal "
    "is_replay models created_at started_at ended_at "
    f"duration_seconds tasks_done tasks_total current_task {USAGE} inputs input_hash output output_json "
    "error_type error_title error_message error_hint",
    "tasks": "owner execution_id attempt task_index task_name agent status started_at ended_at duration_seconds output "
    f"output_json description context {USAGE} error_type error_message error_hint reused_from_attempt "
    "reused_from_execution_id is_edited definition_name is_rehearsal is_replay",
    "model_calls": "owner execution_id attempt sequence call_id task_name agent purpose model status started_at "
    "ended_at duration_seconds input_tokens output_tokens cached_tokens reasoning_tokens cost_usd price retries "
    "finish_reason messages tools parameters response error_type error_message is_rehearsal is_replay",
    "tool_calls": "owner execution_id attempt sequence call_id task_name agent tool status started_at ended_at "
    "duration_seconds arguments result from_cache error_type error_message is_rehearsal is_replay",
    "logs": "owner event_id execution_id attempt sequence occurred_at level kind task_name agent message payload "
    "is_rehearsal is_replay",
    "scores": "owner execution_id attempt sequence task_name agent task_index quality model scored_at error_message "
    "batch_id row_number definition_name is_rehearsal",
    "steps": "owner execution_id attempt step_index step call_number kind status trigger inputs output outcome "
    f"child_execution_id started_at ended_at duration_seconds {USAGE} error_type error_message error_hint "
    "reused_from_attempt reused_from_execution_id is_edited definition_name batch_id row_number is_rehearsal is_replay",
    "state_changes": "owner execution_id attempt sequence occurred_at step call_number field value_before value_after "
    "definition_name is_rehearsal",
    "batches": "owner batch_id name definition_id definition_name version_number origin created_at size pending "
    "running waiting completed failed cancelled interrupted cost_usd input_tokens output_tokens",
}


@pytest.mark.parametrize("name", COLUMNS)
def test_columns_and_types_do_not_depend_on_the_rows(store: Store, name: str):
    """A frame has the documented columns, with the same types when it is empty; times are UTC."""
    empty = store.frames.read(name, owner=OWNER)
    assert empty.schema.names == COLUMNS[name].split()
    finished_batch(store)
    one = finished_execution(store)
    store.events.append((scored(one.execution_id, "research"), *step_events(one.execution_id, "seed")))
    assert store.events.flush(60)
    filled = store.frames.read(name, owner=OWNER)
    assert filled.num_rows > 0
    assert filled.schema == empty.schema
    times = {field.type for field in filled.schema if pa.types.is_timestamp(field.type)}
    assert times == {pa.timestamp("us", "UTC")}
    assert not [field for field in filled.schema if pa.types.is_decimal(field.type)]


def test_tasks_and_calls_add_up_to_the_execution(store: Store):
    """Tokens and cost of the calls, of the tasks and of the execution are the same sums."""
    works = (Work("a", cached_tokens=40, model_calls=2), Work("b", input_tokens=7, output_tokens=3, tool_calls=2))
    finished_execution(store, tasks=works, model="openai/gpt-4o-mini")
    (execution,) = store.frames.read("executions", owner=OWNER).to_pylist()
    for name in ("tasks", "model_calls"):
        rows = store.frames.read(name, owner=OWNER).to_pylist()
        for column in ("input_tokens", "output_tokens", "cached_tokens", "cost_usd"):
            assert sum(row[column] or 0 for row in rows) == pytest.approx(execution[column]), (name, column)
    assert (execution["input_tokens"], execution["cached_tokens"], execution["model_calls"]) == (207, 80, 3)
    assert execution["tool_calls"] == len(store.frames.read("tool_calls", owner=OWNER)) == 2
    assert execution["models"] == "openai/gpt-4o-mini"


def test_unknown_is_not_zero(store: Store):
    """A call whose provider reported nothing is counted as unknown; a rehearsal has no cost, and lacks no price."""
    finished_execution(store, tasks=(Work("a", input_tokens=None, output_tokens=None),), model="openai/x")
    (unknown,) = store.frames.read("executions", owner=OWNER, limit=1).to_pylist()
    assert (unknown["input_tokens"], unknown["cost_usd"], unknown["unknown_calls"]) == (None, None, 1)
    finished_execution(store)
    (rehearsal,) = store.frames.read("executions", owner=OWNER, limit=1).to_pylist()
    assert (rehearsal["cost_usd"], rehearsal["unpriced_calls"], rehearsal["is_rehearsal"]) == (None, 0, True)


def test_failure_is_in_the_columns(store: Store):
    """Why an execution and its task failed can be read in a table."""
    finished_execution(store, error=model_error("The model answered 500."))
    (execution,) = store.frames.read("executions", owner=OWNER).to_pylist()
    assert (execution["error_type"], execution["error_title"]) == ("ModelCallError", "The model call failed")
    assert (execution["error_message"], execution["error_hint"]) == ("The model answered 500.", "Try again later.")
    failed = store.frames.read("tasks", owner=OWNER).to_pylist()[-1]
    assert (failed["status"], failed["error_type"]) == ("failed", "ModelCallError")


def test_frames_narrow_down(store: Store):
    """Execution ids, a batch and a limit each narrow a frame down; no ids at all is an empty frame."""
    batch_id = finished_batch(store, ("tea", "coffee"))
    alone = finished_execution(store)
    executions = store.frames.read("executions", owner=OWNER, batch_id=batch_id).to_pylist()
    assert [row["batch_name"] for row in executions] == ["Monday", "Monday"]
    tasks = store.frames.read("tasks", owner=OWNER, batch_id=batch_id).to_pylist()
    assert {row["execution_id"] for row in tasks} == {row["execution_id"] for row in executions}
    only = store.frames.read("tasks", owner=OWNER, execution_ids=[alone.execution_id]).to_pylist()
    assert [row["task_name"] for row in only] == [work.name for work in RESEARCH]
    assert store.frames.read("executions", owner=OWNER, execution_ids=[]).num_rows == 0
    assert store.frames.read("executions", owner=OWNER, limit=1)["execution_id"].to_pylist() == [alone.execution_id]
    (batch,) = store.frames.read("batches", owner=OWNER, batch_id=batch_id).to_pylist()
    assert (batch["size"], batch["completed"], batch["input_tokens"]) == (2, 2, 1000)


def test_equal_inputs_have_equal_hashes(store: Store):
    """Pairs are made by the hash of the inputs, which does not depend on the order of their names."""
    rows = [new_execution(inputs=inputs) for inputs in ({"a": "1", "b": "2"}, {"b": "2", "a": "1"}, {"a": "1", "b": 2})]
    store.executions.add(rows).result()
    found = store.frames.read("executions", owner=OWNER).to_pylist()
    hashes = {row["execution_id"]: row["input_hash"] for row in found}
    first, second, third = (hashes[row.execution_id] for row in rows)
    assert first == second != third
    assert json.loads(found[0]["inputs"]) == {"a": "1", "b": 2}
