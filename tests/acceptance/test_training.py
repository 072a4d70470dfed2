"""crewAI's `crew.train` as an execution: a person judges, the agents learn, later launches follow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crewlab.definitions.training import lesson_name, round_name
from crewlab.errors import InputsError, PoolPausedError
from crewlab.executions.person import Question
from crewlab.executions.status import ExecutionStatus
from crewlab.lab import Lab
from tests.acceptance import crews
from tests.model_server import ModelServer, say

TEA = {"topic": "tea"}
LESSONS = say(json.dumps({"suggestions": ["Write two lines.", "Name the source."], "quality": 8, "final_summary": "-"}))


@pytest.fixture
def lab(data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
    with Lab.open(data) as opened:
        yield opened


def prompts(server: ModelServer) -> list[str]:
    return [request.body["messages"][-1]["content"] for request in server.requests]


def test_a_training_asks_once_per_output_and_ends_with_lessons(lab: Lab, server: ModelServer):
    """Two rounds of one task: output, what was said, better output; then one call that sums up."""
    server.script(say("first try"), say("better"), say("second try"), say("best"), LESSONS)
    asked: list[Question] = []

    def feedback(question: Question) -> str:
        asked.append(question)
        return f"More lines, please ({len(asked)})."

    trained = lab.train(crews.chain(crews.llm(server.url), "first"), TEA, feedback=feedback)
    assert trained.status is ExecutionStatus.COMPLETED
    assert [question.output for question in asked] == ["first try", "second try"]
    assert len(server.requests) == 5
    assert lab.lessons(trained.execution_id) == {"analyst": ("Write two lines.", "Name the source.")}
    assert "More lines, please (1)." in prompts(server)[2], "round 2 begins with what was said in round 1"
    for part in ("first try", "More lines, please (1).", "better", "second try", "More lines, please (2).", "best"):
        assert part in prompts(server)[4]
    purposes = lab.llm_calls_df(execution_ids=[trained.execution_id])["purpose"]
    assert list(purposes) == ["agent"] * 4 + ["training"]


def test_launches_follow_the_lessons_and_keep_them_in_their_snapshot(lab: Lab, server: ModelServer):
    """The instructions are in the prompt, in crewAI's words; a rerun follows them too."""
    server.script(say("first try"), say("better"), LESSONS)
    crew = crews.chain(crews.llm(server.url), "first")
    trained = lab.train(crew, TEA, feedback=lambda question: "More lines.", iterations=1)
    followed = lab.run(crew, TEA, training=trained.execution_id)
    assert followed.status is ExecutionStatus.COMPLETED
    wanted = "You MUST follow these instructions: \n - Write two lines.\n - Name the source."
    assert wanted in prompts(server)[-1]
    lab.rerun(followed.execution_id).wait()
    assert wanted in prompts(server)[-1]
    lab.run(crew, TEA)
    assert "MUST follow" not in prompts(server)[-1]


def test_who_is_content_teaches_nothing_and_pays_nothing_for_it(lab: Lab, server: ModelServer):
    """Accepting makes no call, and an agent that was told nothing is asked for no lessons."""
    trained = lab.train(crews.chain(crews.llm(server.url), "first"), TEA, feedback=lambda question: "", iterations=2)
    assert trained.status is ExecutionStatus.COMPLETED
    assert len(server.requests) == 2
    assert lab.lessons(trained.execution_id) == {}


def test_a_training_waits_over_a_restart(data: Path, server: ModelServer, monkeypatch: pytest.MonkeyPatch):
    """It is an execution like any other: what was said in the first process is learned in the second."""
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
    server.script(say("first try"), say("better"), LESSONS)
    with Lab.open(data) as first:
        handle = first.launch_training(crews.chain(crews.llm(server.url), "first"), TEA, iterations=1)
        assert handle.wait().status is ExecutionStatus.WAITING
    with Lab.open(data, serve_queue=True) as second:
        second.answer(handle.execution_id, "More lines.")
        (ended,) = second.wait([handle.execution_id])
        assert ended.status is ExecutionStatus.COMPLETED
        assert second.lessons(handle.execution_id)["analyst"][0] == "Write two lines."
        statuses = second.tasks_df(execution_ids=[handle.execution_id]).groupby("task_name")["status"].last()
        assert statuses[lesson_name("analyst")] == "completed"
        assert round_name("first", 1) in statuses
    assert len(server.requests) == 3


def test_what_is_no_completed_training_cannot_be_followed(lab: Lab, server: ModelServer):
    """An ordinary execution, one that still waits, no iterations at all: a sentence before anything is paid."""
    crew = crews.chain(crews.llm(server.url), "first")
    plain = lab.run(crew, TEA)
    waits = lab.launch_training(crew, TEA, iterations=1).wait()
    calls = len(server.requests)
    for wrong in (plain, waits):
        with pytest.raises(InputsError):
            lab.run(crew, TEA, training=wrong.execution_id)
    for iterations in (0, 21, 1.5, "2", True):
        with pytest.raises(InputsError, match="no training"):
            lab.launch_training(crew, TEA, iterations=iterations)  # type: ignore[arg-type]  # what a notebook may say
    with pytest.raises(InputsError, match="judged by a person"):
        lab.launch_training(crew, TEA, judge="rehearsal/plain")
    assert len(server.requests) == calls


def test_a_fork_of_a_training_keeps_what_was_said(lab: Lab, server: ModelServer):
    """Of the tasks that it reuses: later rounds are told it, and the lessons are drawn from it."""
    server.script(say("first try"), say("better"), say("second try"), LESSONS)
    words = iter(["More lines.", ""])
    trained = lab.train(crews.chain(crews.llm(server.url), "first"), TEA, feedback=lambda question: next(words))
    assert len(server.requests) == 4
    server.script(LESSONS)
    again = lab.fork(trained.execution_id, from_task=lesson_name("analyst")).wait()
    assert (again.status, len(server.requests)) == (ExecutionStatus.COMPLETED, 5)
    assert "More lines." in prompts(server)[4]
    assert lab.lessons(again.execution_id)["analyst"][0] == "Write two lines."
    lab.fork(again.execution_id, from_task=round_name("first", 2)).wait()
    assert "More lines." in prompts(server)[5]


def test_nobody_is_asked_where_nobody_would_learn(lab: Lab, server: ModelServer):
    """Tasks that a manager does for no agent in particular: not asked about; without any other there is no training."""
    crew = crews.managed(crews.llm(server.url))
    with pytest.raises(InputsError, match="nobody would learn"):
        lab.launch_training(crew, TEA)
    assert not server.requests
    crew["tasks"][1]["agent"] = "writer"
    waits = lab.launch_training(crew, TEA, iterations=1).wait()
    assert [question.task_name for question in lab.waiting(waits.execution_id)] == [round_name("summary", 1)]


def test_a_training_of_other_agents_cannot_be_followed(lab: Lab, server: ModelServer):
    """Nothing would be followed, and nobody would notice."""
    server.script(say("first try"), say("better"), LESSONS)
    crew = crews.chain(crews.llm(server.url), "first")
    trained = lab.train(crew, TEA, feedback=lambda question: "More lines.", iterations=1)
    other = {**crew, "agents": {"writer": crew["agents"]["analyst"]}, "tasks": [crews.task("first", "writer", [])]}
    with pytest.raises(InputsError, match="taught analyst"):
        lab.run(other, TEA, training=trained.execution_id)


def test_training_here_is_refused_while_the_pool_is_paused(lab: Lab, server: ModelServer):
    """As `run` is: it would wait for ever."""
    lab.pause()
    with pytest.raises(PoolPausedError):
        lab.train(crews.chain(crews.llm(server.url), "first"), TEA, feedback=lambda question: "")
    assert not lab.executions()


@pytest.mark.parametrize("process", ["parallel", "hierarchical"])
def test_every_process_can_be_trained(lab: Lab, process: str):
    """On the rehearsal model, whose answers are as good as any for this."""
    crew: dict[str, Any] = lab.definitions.version(
        "market-brief" if process == "parallel" else "incident-review"
    ).document
    crew = {**crew, "llm": "rehearsal/terse"}
    trained = lab.train(
        crew,
        dict.fromkeys(lab.definitions.placeholders(crew), "x"),
        feedback=lambda question: "Shorter." if question.task_index == 0 else "",
        iterations=1,
        llm="rehearsal/terse",
    )
    assert trained.status is ExecutionStatus.COMPLETED, trained.error
