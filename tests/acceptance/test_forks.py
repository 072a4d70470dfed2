"""Reruns, forks and budgets pay for what they must and nothing else, as the model server counts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crewlab.errors import InputsError
from crewlab.lab import Lab
from tests.acceptance import crews
from tests.model_server import ModelServer, hang, say

TEA = {"topic": "tea"}


@pytest.fixture
def lab(data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """A lab with a key and a price for the server's model."""
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
    data.mkdir()
    price = {"model": "openai/test-model", "input_usd_per_million": 1000, "output_usd_per_million": 1000}
    (data / "prices.json").write_text(json.dumps([{**price, "effective_from": "2026-01-01"}]), "utf-8")
    with Lab.open(data) as opened:
        yield opened


def diamond(server: ModelServer, model: dict[str, Any] | None = None) -> dict[str, Any]:
    """`start`, then `left` and `right`, then `join`; only `left` is about the color."""
    model = model or crews.llm(server.url)
    tasks = [
        crews.task("start", "analyst", []),
        crews.task("left", "analyst", ["start"], description="Think of {color} things."),
        crews.task("right", "analyst", ["start"]),
        crews.task("join", "analyst", ["left", "right"]),
    ]
    agents = {"analyst": crews.agent("analyst", model)}
    return {"name": "diamond", "process": "parallel", "agents": agents, "tasks": tasks, "inputs": {"color": "red"}}


def statuses(lab: Lab, execution_id: str) -> dict[str, str]:
    tasks = lab.tasks_df(execution_ids=[execution_id])
    return dict(zip(tasks["task_name"], tasks["status"], strict=True))


def test_rerun_pays_for_everything_once_more(lab: Lab, server: ModelServer):
    """The same snapshot as a new execution, whatever became of the definition meanwhile."""
    document = diamond(server)
    saved = lab.definitions.save(document)
    first = lab.run("diamond", TEA)
    lab.definitions.save({**document, "tasks": document["tasks"][:1]}, definition_id=saved.definition_id)
    again = lab.rerun(first.execution_id).wait()
    assert (again.status, again.origin_execution_id, again.forked_from_task) == ("completed", first.execution_id, None)
    assert (again.content_hash, again.inputs, again.version_number) == (first.content_hash, first.inputs, 1)
    assert len(server.requests) == 8


def test_fork_from_a_task_runs_it_and_its_readers(lab: Lab, server: ModelServer):
    """What does not depend on the task is reused, costs nothing, and says from which execution it is."""
    first = lab.run(diamond(server), TEA)
    forked = lab.fork(first.execution_id, from_task="left").wait()
    assert (forked.status, forked.forked_from_task) == ("completed", "left")
    assert len(server.requests) == 4 + 2
    assert forked.usage.model_calls == 2
    tasks = lab.tasks_df(execution_ids=[forked.execution_id]).set_index("task_name")
    assert dict(tasks["status"]) == {"start": "reused", "left": "completed", "right": "reused", "join": "completed"}
    assert set(tasks.loc[["start", "right"], "reused_from_execution_id"]) == {first.execution_id}
    assert tasks.loc[["start", "right"], "model_calls"].sum() == 0
    frame = lab.executions_df(execution_ids=[forked.execution_id])
    assert frame[["origin_execution_id", "forked_from_task"]].iloc[0].tolist() == [first.execution_id, "left"]


def test_an_edited_output_stands_in_and_its_readers_read_it(lab: Lab, server: ModelServer):
    """The edited task is not run; the prompt of the next one holds the text of the person."""
    first = lab.run(diamond(server), TEA)
    for wrong in ({"left": 5}, ["left"]):
        with pytest.raises(InputsError, match="Edited outputs are texts"):
            lab.fork(first.execution_id, outputs=wrong)  # type: ignore[arg-type]  # what a notebook may give
    forked = lab.fork(first.execution_id, outputs={"left": "Nothing but rubies."}).wait()
    assert forked.status == "completed"
    assert len(server.requests) == 4 + 1
    assert len(server.requests_about("Nothing but rubies.")) == 1
    tasks = lab.tasks_df(execution_ids=[forked.execution_id]).set_index("task_name")
    assert tasks.loc["left", ["status", "output", "is_edited"]].tolist() == ["reused", "Nothing but rubies.", True]
    assert not tasks.loc["right", "is_edited"]


def test_edited_inputs_run_only_the_prompts_that_change(lab: Lab, server: ModelServer):
    """`color` is in one prompt: that task and its reader are paid, the other two are not."""
    first = lab.run(diamond(server), TEA)
    forked = lab.fork(first.execution_id, inputs={"color": "green"}).wait()
    assert forked.inputs == {"topic": "tea", "color": "green"}
    assert len(server.requests) == 4 + 2
    assert set(lab.llm_calls_df(execution_ids=[forked.execution_id])["task_name"]) == {"left", "join"}
    changed_all = lab.fork(first.execution_id, inputs={"topic": "coffee"}).wait()
    assert changed_all.usage.model_calls == 4


def test_a_fork_of_a_fork_says_who_paid(lab: Lab, server: ModelServer):
    """A reused output keeps the name of the execution that paid for it; resuming a fork keeps what it was given."""
    first = lab.run(diamond(server), TEA)
    second = lab.fork(first.execution_id, from_task="left").wait()
    third = lab.fork(second.execution_id, from_task="join").wait()
    tasks = lab.tasks_df(execution_ids=[third.execution_id]).set_index("task_name")
    paid = {"start": first.execution_id, "left": second.execution_id, "right": first.execution_id}
    assert dict(tasks["reused_from_execution_id"].dropna()) == paid
    assert len(server.requests) == 4 + 2 + 1


def test_a_token_budget_stops_after_the_call_that_was_too_much(lab: Lab, server: ModelServer):
    """The paid answer is kept, no further request is sent, and a higher limit goes on from there, over all attempts."""
    crew = crews.chain(crews.llm(server.url), "first", "second", "third")
    whole = lab.run(crew, TEA)
    each = (whole.usage.total_tokens or 0) // 3
    sent = len(server.requests)
    done = lab.run(crew, TEA, max_tokens=each + 1)
    assert (done.status, done.reason, len(server.requests) - sent) == ("failed", "over_budget", 2)
    assert statuses(lab, done.execution_id) == {"first": "completed", "second": "completed"}
    with pytest.raises(InputsError, match="used"):
        lab.resume(done.execution_id)
    lab.resume(done.execution_id, max_tokens=each * 10)
    end = lab.wait([done.execution_id])[0]
    assert (end.status, end.reason, end.attempt, end.options.max_tokens) == ("completed", None, 2, each * 10)
    assert (len(server.requests) - sent, end.usage.model_calls) == (3, 3)


def test_a_money_budget_counts_what_was_spent(lab: Lab, server: ModelServer):
    """Dollars as tokens; the last call of all counts too, and resuming it costs nothing more."""
    crew = crews.chain(crews.llm(server.url), "only")
    done = lab.run(crew, TEA, max_cost_usd=0.000001)
    assert (done.status, done.reason, len(server.requests)) == ("failed", "over_budget", 1)
    assert done.output
    lab.resume(done.execution_id, max_cost_usd=100)
    assert lab.wait([done.execution_id])[0].status == "completed"
    assert len(server.requests) == 1


def test_siblings_in_flight_are_dropped(lab: Lab, server: ModelServer):
    """One task uses up the budget while another waits for its answer: that request is dropped, not paid to its end."""
    model = crews.llm(server.url)
    tasks = [crews.task("quick", "analyst", []), crews.task("slow", "analyst", [])]
    crew = {"name": "two", "process": "parallel", "agents": {"analyst": crews.agent("analyst", model)}, "tasks": tasks}
    server.script(hang(), say("quick"))
    done = lab.run(crew, TEA, max_tokens=1, timeout_seconds=20)
    assert (done.status, done.reason) == ("failed", "over_budget")
    assert sorted(statuses(lab, done.execution_id).values()) == ["cancelled", "completed"]


def test_a_money_limit_that_cannot_be_kept_is_refused(lab: Lab, server: ModelServer):
    """Without a price nothing is sent; the rehearsal model costs nothing and may have any limit."""
    unpriced = {"model": "openai/nobody-knows", "base_url": server.url}
    with pytest.raises(InputsError, match="nobody-knows"):
        lab.run(crews.chain(unpriced, "only"), TEA, max_cost_usd=1)
    with pytest.raises(InputsError, match="no limit"):
        lab.run(crews.chain(unpriced, "only"), TEA, max_tokens=0)
    assert not server.requests
    free = lab.run(crews.chain({"model": "rehearsal/plain", "latency_seconds": 0}, "only"), TEA, max_cost_usd=0.01)
    assert free.status == "completed"
