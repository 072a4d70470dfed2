"""Flows that learn from people: what is said of one output is applied to the next, within bounds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crewlab.executions.events import MemorySaveFailed
from crewlab.executions.execution import Execution
from crewlab.executions.status import ExecutionStatus as S
from crewlab.lab import Lab
from tests.acceptance import crews
from tests.model_server import ModelServer, say, status

LESSONS = say(json.dumps({"lessons": ["Always name the price."]}))
IMPROVED = say(json.dumps({"improved_output": "Tea costs 3 euros."}))


@pytest.fixture
def lab(data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
    monkeypatch.setenv("CREWLAB_RETRY_WAIT_SECONDS", "0")
    with Lab.open(data) as opened:
        yield opened


def learning(server: ModelServer, config: dict[str, Any] | None = None, **asked: Any) -> dict[str, Any]:
    """A flow whose one step asks a person, and learns."""
    feedback = {"message": "Good?", "llm": crews.llm(server.url), "learn": True, **asked}
    draft = {"start": True, "do": {"call": "expression", "expr": "'Tea is good.'"}, "human_feedback": feedback}
    return {"schema": "crewai.flow/v1", "name": "learner", "config": config or {}, "methods": {"draft": draft}}


def told(lab: Lab, flow: dict[str, Any], words: str) -> tuple[str, Execution]:
    """What a person was shown, and what became of the flow once they had said something."""
    waiting = lab.run(flow)
    if waiting.status is not S.WAITING:
        return "", waiting
    (question,) = lab.waiting(waiting.execution_id)
    lab.answer(waiting.execution_id, words)
    (done,) = lab.wait([waiting.execution_id])
    return question.output, done


def test_what_a_person_says_improves_the_next_output(lab: Lab, server: ModelServer):
    """A lesson is drawn with crewAI's question, kept for the definition, and applied before the next person looks."""
    server.script(LESSONS, IMPROVED, say(json.dumps({"lessons": []})))
    assert told(lab, learning(server), "You forgot the price.")[0] == "Tea is good."
    drawn = server.requests[0].body["messages"]
    assert "You forgot the price." in drawn[-1]["content"]
    shown, done = told(lab, learning(server), "Fine.")
    assert (shown, done.output_json["output"]) == ("Tea costs 3 euros.", "Tea costs 3 euros.")
    assert "- Always name the price." in server.requests[1].body["messages"][-1]["content"]
    assert done.usage.model_calls == 2


def test_lessons_belong_to_their_source(lab: Lab, server: ModelServer):
    """Another `learn_source` has its own, and costs no call before the first."""
    server.script(LESSONS)
    told(lab, learning(server), "You forgot the price.")
    waiting = lab.run(learning(server, learn_source="prices"))
    assert (lab.waiting(waiting.execution_id)[0].output, waiting.usage.model_calls) == ("Tea is good.", 0)


def test_a_flow_without_a_memory_learns_nothing(lab: Lab, server: ModelServer):
    """`memory: false` in its config; what is said is said."""
    flow = learning(server, {"memory": {"enabled": False}})
    assert told(lab, flow, "You forgot the price.")[1].status is S.COMPLETED
    assert server.requests == []


def test_learning_fails_a_step_only_if_it_must(lab: Lab, server: ModelServer):
    """By itself a lesson that cannot be drawn is a warning; `learn_strict` makes it a failure."""
    server.script(status(401))
    _, done = told(lab, learning(server), "You forgot the price.")
    assert done.status is S.COMPLETED
    assert [one for _, one in lab.events(done.execution_id) if isinstance(one, MemorySaveFailed)]
    server.script(status(401))
    _, failed = told(lab, learning(server, learn_strict=True), "You forgot the price.")
    assert (failed.status, failed.error.task_name) == (S.FAILED, "draft")


def test_what_an_agent_learns_is_shared_once_its_flow_is_complete(lab: Lab, server: ModelServer):
    """A flow that fails after the agent has done its part has taught nobody; a resume that completes it has."""
    agent = {"role": "Writer", "goal": "Write", "backstory": "Brief", "llm": crews.llm(server.url), "input": "Write."}
    memory = {"scope": "definition", "extract": False}
    ask = {"start": True, "do": {"call": "agent", "with": {**agent, "memory": memory}}}
    more = {"listen": "ask", "do": crews_step(server)}
    flow = {"schema": "crewai.flow/v1", "name": "taught", "methods": {"ask": ask, "more": more}}
    server.script(say("A text."), status(400, "no"))
    failed = lab.run(flow)
    assert (failed.status, lab.memories("taught")) == (S.FAILED, [])
    lab.resume(failed.execution_id)
    (done,) = lab.wait([failed.execution_id])
    assert (done.status, len(lab.memories("taught"))) == (S.COMPLETED, 1)


def crews_step(server: ModelServer) -> dict[str, Any]:
    return {"call": "crew", "with": crews.chain(crews.llm(server.url), "first"), "inputs": {"topic": "tea"}}
