"""A judge scores every output: crewAI's `crew.test`, recorded as executions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crewlab.errors import InputsError, InvalidDefinitionError
from crewlab.executions.status import ExecutionStatus
from crewlab.lab import Lab
from tests.acceptance import crews
from tests.conftest import wait_until
from tests.model_server import ModelServer, hang, say

TEA = {"topic": "tea"}


@pytest.fixture
def judge() -> Iterator[ModelServer]:
    """Another server, so that its requests are told apart."""
    with ModelServer() as running:
        yield running


@pytest.fixture
def lab(data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
    with Lab.open(data) as opened:
        yield opened


def test_every_task_of_every_run_is_scored_and_the_calls_are_told_apart(
    lab: Lab, server: ModelServer, judge: ModelServer
):
    """One judging call per task and run, on a line of its own; what the tasks cost is as without a judge."""
    judge.script(*[say(f'{{"quality": {number}}}') for number in (6, 6, 6, 6)])
    report = lab.test(
        crews.chain(crews.llm(server.url), "first", "second"), TEA, iterations=2, judge=crews.llm(judge.url)
    )
    assert (server.statuses[200], judge.statuses[200]) == (4, 4)
    assert list(report.table.index) == ["first", "second", "crew", "duration_seconds"]
    assert list(report.table.columns) == ["run 1", "run 2", "average"]
    assert report.table.loc["crew", "average"] == 6
    assert (report.missing, report.is_rehearsal) == (0, False)
    calls = lab.llm_calls_df(batch_id=report.batch_id)
    judging = calls[calls["purpose"] == "evaluation"]
    assert len(judging) == 4
    assert judging["task_name"].isna().all()
    assert set(lab.tasks_df(batch_id=report.batch_id)["model_calls"]) == {1}


def test_the_judge_is_asked_as_crewai_asks(lab: Lab, server: ModelServer, judge: ModelServer):
    """Task, expected output, the agent and what it wrote are in the question."""
    lab.test(crews.chain(crews.llm(server.url), "first"), TEA, iterations=1, judge=crews.llm(judge.url))
    question = judge.requests[0].body["messages"][-1]["content"]
    for part in ("using score from 1 to 10", "Do the first of tea.", "The first in one line", "Be a good analyst"):
        assert part in question


@pytest.mark.parametrize("answer", ['{"quality": 11}', "no idea", '{"quality": "NaN"}'])
def test_an_output_without_a_score_is_still_an_output(lab: Lab, server: ModelServer, judge: ModelServer, answer: str):
    """A judge that fails is told in the log and in the report; the execution completes."""
    judge.script(say(answer), say(answer))
    report = lab.test(crews.chain(crews.llm(server.url), "first"), TEA, iterations=1, judge=crews.llm(judge.url))
    assert report.missing == 1
    (row,) = lab.scores_df(batch_id=report.batch_id).to_dict("records")
    assert row["error_message"]
    (execution,) = lab.executions(batch_id=report.batch_id)
    assert execution.status is ExecutionStatus.COMPLETED


def test_a_resumed_execution_scores_what_was_not_scored(lab: Lab, server: ModelServer, judge: ModelServer):
    """A stop cuts a judge short; the output is reused, its score made up for, and nothing is scored twice."""
    crew = crews.chain(crews.llm(server.url), "first", "second", "third")
    judge.script(say('{"quality": 5}'), about="Do the first")
    judge.script(hang(), about="Do the second")
    server.script(say("one"), say("two"), hang())
    handle = lab.launch(crew, TEA, judge=crews.llm(judge.url))
    server.wait_for_requests(3)
    wait_until(lambda: judge.requests_about("Do the second"), "the judge to be asked")
    assert lab.cancel(handle.execution_id).status is ExecutionStatus.CANCELLED
    lab.resume(handle.execution_id)
    assert handle.wait().status is ExecutionStatus.COMPLETED
    scores = lab.scores_df(execution_ids=[handle.execution_id])
    assert sorted(scores["task_name"]) == ["first", "second", "third"]


def test_scores_from_the_rehearsal_model_say_so(lab: Lab):
    """They are within 1 to 10, and no evidence."""
    report = lab.test("ticket-triage", _ticket(lab), iterations=1, judge="rehearsal/plain")
    assert report.is_rehearsal
    assert "not evidence" in str(report)
    assert report.missing == 0


def _ticket(lab: Lab) -> dict[str, str]:
    return dict.fromkeys(lab.definitions.placeholders(lab.definitions.version("ticket-triage").document), "x")


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({}, InputsError),
        ({"judge": "rehearsal/plain", "iterations": 0}, InputsError),
        ({"judge": "nobody/knows"}, InvalidDefinitionError),
    ],
)
def test_a_test_that_cannot_be_is_refused_before_anything_is_paid(
    lab: Lab, server: ModelServer, asked: dict[str, Any], error: type[Exception]
):
    """No judge, no iterations, a judge that this machine does not have."""
    with pytest.raises(error):
        lab.test(crews.chain(crews.llm(server.url), "first"), TEA, **asked)
    assert not server.requests
    assert not lab.executions()
