"""A person in the loop: what is asked, what goes on meanwhile, and what each answer costs, counted by the server."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crewlab.bridge import load
from crewlab.errors import AnswerError
from crewlab.executions.cassette import Cassette
from crewlab.executions.events import BaseEvent, StatusChanged
from crewlab.executions.execution import Execution
from crewlab.lab import Lab
from tests.acceptance import crews
from tests.conftest import wait_until
from tests.left_open import take_away
from tests.model_server import ModelServer, hold, say

load()

from crewai import LLM, Agent, Crew, Task  # noqa: E402 - after load(), which settles its environment
from crewai.core.providers.human_input import SyncHumanInputProvider, set_provider  # noqa: E402 - as above
from crewai_core.printer import set_suppress_console_output  # noqa: E402 - as above

TEA = {"topic": "tea"}
OTHER = "Do the other of tea."
"""In the prompt of the task beside the one that a person is asked about."""


@pytest.fixture
def lab(data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """A lab with a key for the server's model."""
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
    with Lab.open(data) as opened:
        yield opened


def asking(server: ModelServer, question: Any = True, **more: Any) -> dict[str, Any]:
    """`draft`, which a person is asked about, beside `other`; then `join`."""
    tasks = [
        crews.task("draft", "analyst", [], human_input=question, **more),
        crews.task("other", "analyst", []),
        crews.task("join", "analyst", ["draft", "other"]),
    ]
    agents = {"analyst": crews.agent("analyst", crews.llm(server.url))}
    return {"name": "asking", "process": "parallel", "agents": agents, "tasks": tasks}


def answered(lab: Lab, execution_id: str, text: str = "", **which: Any) -> Execution:
    """The execution once it has come to rest after an answer."""
    lab.answer(execution_id, text, **which)
    return lab.wait([execution_id])[0]


def test_acceptance_makes_no_model_call(lab: Lab, server: ModelServer):
    """`run` returns while the task waits; accepting pays only for the task that reads it, siblings are reused."""
    waiting = lab.run(asking(server), TEA)
    assert (waiting.status, waiting.tasks_done, len(server.requests)) == ("waiting", 1, 2)
    (question,) = lab.waiting()
    assert (question.task_name, question.execution_id) == ("draft", waiting.execution_id)
    done = answered(lab, waiting.execution_id)
    assert (done.status, done.attempt, len(server.requests)) == ("completed", 2, 3)
    tasks = lab.tasks_df(execution_ids=[waiting.execution_id])
    last = tasks[tasks["attempt"] == 2].set_index("task_name")
    assert dict(last["status"]) == {"draft": "completed", "other": "reused", "join": "completed"}
    assert last.loc["draft", "output"] == question.output
    assert last.loc["draft", "model_calls"] == 0
    assert tasks[tasks["attempt"] == 1].set_index("task_name").loc["draft", "status"] == "parked"
    assert not lab.waiting()


def test_feedback_pays_for_one_turn_and_asks_again(lab: Lab, server: ModelServer):
    """The agent goes on with its own conversation and the words of the person; nothing else is asked again."""
    server.script(say("first try"), say("other"), say("shorter"))
    waiting = lab.run(asking(server), TEA)
    again = answered(lab, waiting.execution_id, "please shorten")
    assert (again.status, len(server.requests)) == ("waiting", 3)
    messages = server.requests[-1].body["messages"]
    assert [message["role"] for message in messages][-2:] == ["assistant", "user"]
    assert "please shorten" in messages[-1]["content"]
    (question,) = lab.waiting(waiting.execution_id)
    assert question.output == "shorter"
    done = answered(lab, waiting.execution_id)
    assert (done.status, len(server.requests), done.usage.model_calls) == ("completed", 4, 4)


def test_two_tasks_wait_at_once(lab: Lab, server: ModelServer):
    """They are answered in any order, each answer queues the execution once, and what still waits stays as it is."""
    crew = asking(server)
    crew["tasks"][1]["human_input"] = {"prompt": "Good enough on {topic}?"}
    waiting = lab.run(crew, TEA)
    assert [
        (question.task_name, question.prompt) for question in sorted(lab.waiting(), key=lambda q: q.task_index)
    ] == [
        ("draft", ""),
        ("other", "Good enough on tea?"),
    ]
    with pytest.raises(AnswerError, match="draft, other"):
        lab.answer(waiting.execution_id)
    still = answered(lab, waiting.execution_id, task="other")
    assert (still.status, still.attempt, len(server.requests)) == ("waiting", 2, 2)
    assert [question.task_name for question in lab.waiting()] == ["draft"]
    with pytest.raises(AnswerError, match=r"'other'.* waits for"):
        lab.answer(waiting.execution_id, task="other")
    done = answered(lab, waiting.execution_id)
    assert (done.status, done.attempt, len(server.requests)) == ("completed", 3, 3)


def test_a_second_answer_is_refused(lab: Lab, server: ModelServer):
    """Two tabs: whoever comes second is told, nothing is paid twice, and no newer question is answered instead."""
    waiting = lab.run(asking(server), TEA)
    (question,) = lab.waiting()
    lab.answer(waiting.execution_id, "shorter", question_id=question.question_id)
    with pytest.raises(AnswerError, match="answered it first"):
        lab.answer(waiting.execution_id, question_id=question.question_id)
    lab.wait([waiting.execution_id])
    with pytest.raises(AnswerError, match="answered it first"):
        lab.answer(waiting.execution_id, question_id=question.question_id)
    assert (lab.execution(waiting.execution_id).status, len(server.requests)) == ("waiting", 3)


def test_an_answer_while_a_sibling_still_runs(lab: Lab, server: ModelServer):
    """The sibling goes on to its end; then the execution goes on by itself, without coming to rest."""
    server.script(hold(), about=OTHER)
    handle = lab.launch(asking(server), TEA)
    wait_until(lambda: bool(lab.waiting()), "the question")
    assert lab.answer(handle.execution_id).status == "running"
    server.release()
    done = handle.wait()
    assert (done.status, len(server.requests), done.usage.model_calls) == ("completed", 3, 3)
    moves = [event.status for _, event in lab.events(done.execution_id) if isinstance(event, StatusChanged)]
    assert [*moves] == ["pending", "preparing", "running", "waiting", "pending", "preparing", "running", "completed"]


def test_a_foreground_run_ends_only_when_nothing_goes_on(lab: Lab, server: ModelServer):
    """An answer that came while a sibling was running is worked in before `run` returns."""

    def accept(event: BaseEvent) -> None:
        lab.answer(event.execution_id)
        server.release()

    server.script(hold(), about=OTHER)
    lab.subscribe(["person_asked"], accept)
    done = lab.run(asking(server), TEA)
    assert (done.status, done.attempt, len(server.requests)) == ("completed", 2, 3)


def test_nobody_answers_in_time(lab: Lab, server: ModelServer):
    """Each way to go on at the deadline: accept, fail (a resume asks again), and feedback, which is given once."""
    lab.start()
    quick = {"timeout_seconds": 0.05}
    accepted = lab.launch(asking(server, {**quick, "on_timeout": "accept"}), TEA)
    wait_until(lambda: accepted.refresh().status == "completed", "the accepted one")
    assert len(server.requests) == 3
    failed = lab.launch(asking(server, quick), TEA)
    wait_until(lambda: failed.refresh().status == "failed", "the failed one")
    report = failed.refresh().error
    assert report is not None
    assert (report.type, len(server.requests)) == ("NobodyAnsweredError", 5)
    lab.resume(failed.execution_id)
    wait_until(lambda: failed.refresh().status == "failed" and failed.refresh().attempt == 4, "the second deadline")
    assert len(server.requests) == 5
    told = lab.launch(asking(server, {**quick, "on_timeout": "feedback", "feedback": "Be brave."}), TEA)
    wait_until(lambda: told.refresh().status == "completed", "the one that was told")
    assert len(server.requests) == 9
    assert len([r for r in server.requests if "Be brave." in r.body["messages"][-1]["content"]]) == 1


def test_a_restart_keeps_what_waits(data: Path, server: ModelServer, monkeypatch: pytest.MonkeyPatch):
    """Another process finds the question, takes the answer, and pays for nothing again."""
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
    with Lab.open(data) as lab:
        waiting = lab.run(asking(server), TEA)
    with Lab.open(data) as lab:
        assert lab.execution(waiting.execution_id).status == "waiting"
        (question,) = lab.waiting()
        assert question.output
        done = answered(lab, waiting.execution_id)
    assert (done.status, len(server.requests)) == ("completed", 3)


def test_cancel_and_resume_of_what_waits(lab: Lab, server: ModelServer):
    """A waiting execution can be cancelled; resuming it pays for nothing and asks again."""
    waiting = lab.run(asking(server), TEA)
    assert lab.cancel(waiting.execution_id).status == "cancelled"
    assert not lab.waiting()
    with pytest.raises(AnswerError, match="cancelled"):
        lab.answer(waiting.execution_id)
    tasks = lab.tasks_df(execution_ids=[waiting.execution_id]).set_index("task_name")
    assert tasks.loc["draft", "status"] == "cancelled"
    lab.resume(waiting.execution_id)
    again = lab.wait([waiting.execution_id])[0]
    assert (again.status, again.attempt, len(server.requests)) == ("waiting", 2, 2)
    assert answered(lab, waiting.execution_id).status == "completed"
    assert len(server.requests) == 3


def test_a_sibling_that_fails_does_not_lose_the_answer(lab: Lab, server: ModelServer):
    """The question stays with the failed execution: a resume pays for the sibling alone, and asks again."""
    crew = asking(server)
    crew["tasks"][2]["context"] = ["other"]
    crew["tasks"][2]["guardrail"] = "Nobody can obey this."
    crew["tasks"][2]["guardrail_max_retries"] = 0
    server.script(hold(), about="Do the join of tea.")
    server.script(say('{"passed": false, "feedback": "no"}'), about="Nobody can obey this.")
    lab.subscribe(["person_asked"], lambda _: server.release())
    failed = lab.run(crew, TEA)
    assert (failed.status, len(server.requests)) == ("failed", 4)
    assert not lab.waiting()
    lab.resume(failed.execution_id)
    again = lab.wait([failed.execution_id])[0]
    assert (again.status, again.attempt, len(server.requests)) == ("waiting", 2, 6)
    assert answered(lab, failed.execution_id).status == "completed"
    assert len(server.requests) == 6


def test_waiting_is_no_duration_and_a_budget_holds(lab: Lab, server: ModelServer):
    """Time spent waiting is not the execution's; tokens of all attempts count together."""
    waiting = lab.run(asking(server), TEA)
    before = waiting.duration_seconds
    assert lab.execution(waiting.execution_id).duration_seconds == before
    each = (waiting.usage.total_tokens or 0) // 2
    limited = lab.run(asking(server), TEA, max_tokens=each * 2 + 10)
    over = answered(lab, limited.execution_id, "again")
    assert (over.status, over.reason) == ("failed", "over_budget")


def test_guardrails_pass_before_a_person_is_asked(lab: Lab, server: ModelServer):
    """The person sees what the guardrail let pass, so that accepting costs nothing; a revision is checked again."""
    waiting = lab.run(asking(server, guardrail="It is about the topic."), TEA)
    assert (waiting.status, len(server.requests)) == ("waiting", 3)
    again = answered(lab, waiting.execution_id, "shorter")
    assert (again.status, len(server.requests)) == ("waiting", 5)
    assert answered(lab, waiting.execution_id).status == "completed"
    assert len(server.requests) == 6


def test_an_answer_in_a_schema_stays_in_it(lab: Lab, server: ModelServer):
    """The question shows the fields; an accepted output has them, before and after feedback."""
    waiting = lab.run(asking(server, output_json=crews.SCHEMA), TEA)
    (question,) = lab.waiting()
    assert set(question.output_json) == {"label", "urgent"}
    answered(lab, waiting.execution_id, "other label")
    done = answered(lab, waiting.execution_id)
    assert done.status == "completed"
    tasks = lab.tasks_df(execution_ids=[waiting.execution_id])
    assert tasks[tasks["status"] == "completed"].set_index("task_name").loc["draft", "output_json"]


def test_a_manager_is_asked_about_its_task(lab: Lab, server: ModelServer):
    """Hierarchical: the next task begins only after the answer."""
    crew = crews.managed(crews.llm(server.url))
    crew["tasks"][0]["human_input"] = True
    waiting = lab.run(crew, TEA)
    assert (waiting.status, waiting.tasks_done) == ("waiting", 0)
    sent = len(server.requests)
    done = answered(lab, waiting.execution_id)
    assert done.status == "completed"
    assert len(server.requests_about("triage")) > 0
    assert len(server.requests) > sent


def test_a_batch_says_what_waits(lab: Lab, server: ModelServer):
    """`run_each` returns with the waiting ones among the results; each is answered for itself."""
    rows = lab.run_each(asking(server), [{"topic": "tea"}, {"topic": "coffee"}], name="two")
    assert [row.status for row in rows] == ["waiting", "waiting"]
    batch = lab.batch(str(rows[0].batch_id))
    assert (batch.waiting, batch.ended, batch.at_rest) == (2, 0, 2)
    # Rows run at once: which of them asks first is not told.
    assert {question.row_number for question in lab.waiting()} == {1, 2}
    assert answered(lab, rows[1].execution_id).status == "completed"
    assert lab.batches_df().iloc[0][["waiting", "completed"]].tolist() == [1, 1]


def test_rerun_and_fork_ask_again(lab: Lab, server: ModelServer):
    """A new execution asks for itself; a fork from a later task keeps what was accepted."""
    waiting = lab.run(asking(server), TEA)
    done = answered(lab, waiting.execution_id)
    assert lab.rerun(done.execution_id).wait().status == "waiting"
    sent = len(server.requests)
    assert lab.fork(done.execution_id, from_task="join").wait().status == "completed"
    assert len(server.requests) == sent + 1


def test_a_recording_is_replayed_with_its_turns(lab: Lab, server: ModelServer):
    """Offline, the same words of the person get the recorded answer."""
    waiting = lab.run(asking(server), TEA, cassette=Cassette.record("turns"))
    answered(lab, waiting.execution_id, "shorter")
    done = answered(lab, waiting.execution_id)
    sent = len(server.requests)
    again = lab.run(asking(server), TEA, cassette=Cassette.replay("turns"))
    answered(lab, again.execution_id, "shorter")
    replayed = answered(lab, again.execution_id)
    assert (replayed.status, replayed.output, len(server.requests)) == ("completed", done.output, sent)


def test_streams_end_where_only_a_person_can_go_on(lab: Lab, server: ModelServer):
    """The last event is the status `waiting`; nothing is interrupted by leaving."""
    events = list(lab.stream_sync(asking(server), TEA))
    assert [event.kind for event in events].count("task_parked") == 1
    assert isinstance(events[-1], StatusChanged)
    assert events[-1].status == "waiting"
    assert lab.execution(events[-1].execution_id).status == "waiting"


def test_two_hundred_that_wait_hold_nothing(lab: Lab):
    """Neither a thread nor a place in the pool: the same numbers as before them."""
    model = {"model": "rehearsal/plain", "latency_seconds": 0}
    crew = crews.chain(model, "only")
    lab.run(crew, TEA)
    crew["tasks"][0]["human_input"] = True
    lab.run(crew, TEA)
    before = threading.active_count()
    rows = lab.run_each(crew, [{"topic": f"topic {number}"} for number in range(200)])
    assert {row.status for row in rows} == {"waiting"}
    assert threading.active_count() <= before + lab.settings.workers
    assert lab.engine_state().running == 0
    assert len(lab.waiting()) == 201


class Person(SyncHumanInputProvider):
    """Somebody in front of crewAI's own terminal, who says this and then nothing more."""

    def __init__(self, feedback: str) -> None:
        self.says = [feedback, ""]

    def _prompt_input(self, crew: Any) -> str:  # type: ignore[override]  # crewAI's is a static method
        return self.says.pop(0)


def test_the_turn_is_what_stock_crewai_would_send(lab: Lab, server: ModelServer):
    """After feedback the model is sent crewAI's messages, in its words, and always the answer that they are about.

    crewAI leaves that answer out for agents without tools: the model is then told to improve what it cannot see.
    """
    server.script(*[say("a first try"), say("a better one")] * 2)
    crew = crews.chain(crews.llm(server.url), "only")
    crew["tasks"][0]["human_input"] = True
    waiting = lab.run(crew, TEA)
    answered(lab, waiting.execution_id, "Shorter, please.")
    ours = server.requests[1].body["messages"]
    contextvars.copy_context().run(_stock, crew, server.url, "Shorter, please.")
    take_away()
    assert server.requests[3].body["messages"] == [message for message in ours if message["role"] != "assistant"]
    assert [message["content"] for message in ours if message["role"] == "assistant"] == ["a first try"]


def _stock(crew: dict[str, Any], url: str, feedback: str) -> None:
    set_provider(Person(feedback))
    set_suppress_console_output(True)
    texts = {key: value for key, value in crew["agents"]["analyst"].items() if key != "llm"}
    agent = Agent(**texts, llm=LLM(model="openai/test-model", base_url=url, api_key="test-key"))
    fields = {key: crew["tasks"][0][key] for key in ("name", "description", "expected_output")}
    task = Task(**fields, agent=agent, human_input=True)
    Crew(agents=[agent], tasks=[task]).kickoff(inputs=TEA)
