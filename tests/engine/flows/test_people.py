"""People in flows: asked about the output of a step, or by a task of a crew inside of it."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

import pytest

from crewlab.executions.execution import Move
from crewlab.executions.person import PersonAnswer
from crewlab.executions.status import ExecutionStatus as S
from tests.conftest import wait_until
from tests.engine import fakes
from tests.engine.flows.conftest import FlowBench, flow
from tests.factories import OWNER

ASKED = {"message": "Is it good?", "emit": ["approved", "revise"], "default_outcome": "revise"}


def answered(bench: FlowBench, execution_id: str, text: str = "", outcome: str | None = None) -> Any:
    """Answer the only question of an execution, and wait for what comes of it."""
    (question,) = bench.store.questions.open(owner=OWNER, execution_id=execution_id)
    answer = PersonAnswer(decision="feedback" if text else "accept", text=text, outcome=outcome)
    taken = bench.store.executions.answer(question.execution_id, answer, owner=OWNER).result()
    assert taken.refusal == ""
    bench.engine.answered(taken)
    return bench.wait(execution_id, taken.next.attempt) if taken.next is not None else None


def _with_question() -> dict[str, Any]:
    crew = fakes.document(fakes.task("find"), fakes.task("check", human_input={"prompt": "Right?"}))
    return {"start": True, "do": {"call": "crew", "with": crew}}


def reviewed(feedback: dict[str, Any], **more: Any) -> dict[str, Any]:
    return flow(
        write={"start": True, "do": ["draft"], "human_feedback": feedback},
        end={"listen": "approved", "do": "[outputs.write.output.raw, outputs.write.feedback, outputs.write.outcome]"},
        **more,
    )


def test_a_person_chooses_the_outcome(bench: FlowBench):
    """The flow waits and holds nothing; the answer goes on without paying for the step again."""
    waiting = bench.run(reviewed(ASKED))
    assert (waiting.status, waiting.status_message) == (S.WAITING, "0 of 2 steps done; a person is asked")
    (question,) = bench.store.questions.open(owner=OWNER)
    assert (question.prompt, question.output) == ("Is it good?", "draft done")
    assert question.outcomes == ("revise", "approved")
    assert [step.status for step in bench.steps(waiting.execution_id)] == ["parked"]
    done = answered(bench, waiting.execution_id, "Fine.", "approved")
    assert (done.status, done.output_json) == (S.COMPLETED, ["draft done", "Fine.", "approved"])
    assert bench.crewai.calls["draft"] == 1


def test_saying_nothing_is_the_default_outcome(bench: FlowBench):
    """As in crewAI."""
    made = reviewed(ASKED, again={"listen": "revise", "do": "'to be revised'"})
    waiting = bench.run(made)
    assert answered(bench, waiting.execution_id).output == "to be revised"


def test_a_flow_that_ends_with_feedback_gives_what_the_step_made(bench: FlowBench):
    """With outcomes it is the step's own output, without it is all that was said."""
    only = flow(write={"start": True, "do": ["draft"], "human_feedback": ASKED})
    assert answered(bench, bench.run(only).execution_id, outcome="approved").output == "draft done"
    asked = {"message": "Well?", "metadata": {"team": "ops"}}
    plain = flow(write={"start": True, "do": "'text'", "human_feedback": asked})
    said = answered(bench, bench.run(plain).execution_id, "So so.").output_json
    assert (said["output"], said["feedback"], said["outcome"]) == ("text", "So so.", None)
    assert said["metadata"] == {"team": "ops"}


def test_a_revision_goes_round(bench: FlowBench):
    """The outcome that the asking step listens to runs it again, and asks again."""
    bench.crewai.answers = {"draft": ["first", "second"]}
    made = reviewed(ASKED)
    made["methods"]["write"]["listen"] = "revise"
    waiting = answered(bench, bench.run(made).execution_id, "Shorter.", "revise")
    assert waiting.status is S.WAITING
    (question,) = bench.store.questions.open(owner=OWNER)
    assert question.output == "second"
    assert answered(bench, waiting.execution_id, outcome="approved").output_json == ["second", "", "approved"]


def test_a_question_inside_a_crew_parks_its_flow(bench: FlowBench):
    """What does not wait for it runs on; the answer goes on inside the crew."""
    bench.crewai.answers = {"check": ["maybe", "surely"]}
    made = flow(
        ask=_with_question(),
        side={"start": True, "do": "'side'"},
        end={"listen": {"and": ["ask", "side"]}, "do": "outputs.ask.raw + ' and ' + outputs.side"},
    )
    waiting = bench.run(made)
    assert (waiting.status, waiting.tasks_done) == (S.WAITING, 1)
    (child,) = bench.children(waiting.execution_id)
    assert child.status is S.WAITING
    revised = answered(bench, waiting.execution_id, "Be sure.")
    assert (revised.status, bench.crewai.calls["find"]) == (S.WAITING, 1)
    done = answered(bench, waiting.execution_id)
    assert (done.status, done.output) == (S.COMPLETED, "surely and side")
    assert bench.crewai.calls == {"find": 1, "check": 2}


def test_an_answer_that_nobody_told_of_is_taken_up(bench: FlowBench):
    """The flow still runs something else: it goes on inside the crew as soon as that is over."""
    slow: Future[str] = Future()
    bench.crewai.answers = {"slow": slow}
    id_ = bench.launch(flow(ask=_with_question(), side={"start": True, "do": ["slow"]}))
    wait_until(lambda: bench.store.questions.count(owner=OWNER) == 1, "the crew asks")
    (asking,) = [child for child in bench.children(id_) if child.parent_step == "ask"]
    bench.store.executions.answer(asking.execution_id, PersonAnswer(decision="accept"), owner=OWNER).result()
    slow.set_result("at last")
    wait_until(lambda: bench.get(id_).status.is_terminal, "the flow goes on by itself")
    assert (bench.get(id_).status, bench.crewai.calls["find"]) == (S.COMPLETED, 1)


def _in_a_flow(**steps: dict[str, Any]) -> dict[str, Any]:
    return {"start": True, "do": {"call": "flow", "with": flow(**steps)}}


def _of_each() -> dict[str, Any]:
    """A crew for each of two items: the first one is done, and the second one asks."""
    done, asking = fakes.document(fakes.task("first")), _with_question()["do"]["with"]
    inner = [
        {"name": "a", "if": "item == 1", "action": {"call": "crew", "with": done}},
        {"name": "b", "if": "item == 2", "action": {"call": "crew", "with": asking}},
    ]
    return {"start": True, "do": {"call": "each", "in": "[1, 2]", "do": inner}}


ASKING = {"start": True, "do": ["draft"], "human_feedback": {"message": "Good?"}}
SIDE = {"start": True, "do": ["slow"]}


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param({"ask": ASKING, "side": SIDE, "then": {"listen": "ask", "do": ["more"]}}, id="a step"),
        pytest.param({"ask": _of_each(), "side": SIDE, "then": {"listen": "ask", "do": ["more"]}}, id="one of each"),
        pytest.param({"ask": _with_question(), "side": SIDE, "then": {"listen": "ask", "do": ["more"]}}, id="a task"),
        pytest.param(
            {"in": _in_a_flow(ask=_with_question()), "side": SIDE, "then": {"listen": "in", "do": ["more"]}},
            id="a task in a flow",
        ),
        pytest.param(
            {"in": _in_a_flow(ask=_with_question(), side=SIDE, then={"listen": "ask", "do": ["more"]})},
            id="beside others in a flow",
        ),
    ],
)
def test_an_answer_is_taken_up_while_other_steps_run(bench: FlowBench, steps: dict[str, Any]):
    """What follows from it runs before the others are over, in the same attempt, and nothing is paid twice."""
    slow: Future[str] = Future()
    bench.crewai.answers = {"slow": slow}
    id_ = bench.launch(flow(**steps))
    wait_until(lambda: bench.store.questions.count(owner=OWNER) == 1, "somebody is asked")
    assert answered(bench, id_) is None
    wait_until(lambda: bench.crewai.calls["more"] == 1, "what follows")
    slow.set_result("at last")
    done = bench.wait(id_)
    assert (done.status, done.attempt, done.tasks_done) == (S.COMPLETED, 1, len(steps))
    paid = {name: 1 for name in ("draft", "first", "find", "check") if repr(name) in str(steps)}
    assert bench.crewai.calls == {"slow": 1, "more": 1, **paid}
    assert sum(step.usage.model_calls for step in bench.steps(id_)) == done.usage.model_calls == 2 + sum(paid.values())


def test_nobody_is_waited_for_longer_than_it_says_while_other_steps_run(bench: FlowBench):
    """What is done at the deadline of a task inside of a flow is done then, and not once the flow rests."""
    slow: Future[str] = Future()
    bench.crewai.answers = {"slow": slow}
    bench.engine.serve()
    asking = fakes.document(fakes.task("check", human_input={"timeout_seconds": 0.05, "on_timeout": "accept"}))
    ask = {"start": True, "do": {"call": "crew", "with": asking}}
    id_ = bench.launch(flow(ask=ask, side=SIDE, then={"listen": "ask", "do": ["more"]}))
    wait_until(lambda: bench.crewai.calls["more"] == 1, "what follows")
    slow.set_result("at last")
    assert bench.wait(id_).status is S.COMPLETED


def test_a_resume_asks_again(bench: FlowBench):
    """Cancelling a flow closes its questions, at any depth; a resume opens them."""
    inner = flow(ask=_with_question())
    waiting = bench.run(flow(side={"start": True, "do": {"call": "flow", "with": inner}}))
    id_ = waiting.execution_id
    assert bench.store.executions.move(Move(execution_id=id_, attempt=1, status=S.CANCELLED)).result()
    assert bench.store.questions.open(owner=OWNER) == []
    again = bench.resume(id_)
    assert again.status is S.WAITING
    done = answered(bench, id_)
    assert (done.status, bench.crewai.calls) == (S.COMPLETED, {"find": 1, "check": 1})


def test_an_answer_that_led_to_a_failure_wakes_nobody_again(bench: FlowBench):
    """The failure leads on to another question: the flow waits for that, and does not begin once more."""
    made = flow(
        {"x": 0},
        ask={
            "start": True,
            "do": "'text'",
            "human_feedback": {"message": "Well?"},
            "set": {"x": "1 / state.x"},
            "on_error": {"emit": "broken"},
        },
        more={"listen": "broken", "do": "'more'", "human_feedback": {"message": "And now?"}},
    )
    first = bench.run(made, inputs={"x": 0})
    again = answered(bench, first.execution_id, "So so.")
    assert (again.status, again.attempt) == (S.WAITING, 2)
    (question,) = bench.store.questions.open(owner=OWNER)
    assert question.prompt == "And now?"


def _judged(expression: str) -> dict[str, Any]:
    judged = {"start": True, "do": ["draft"], "human_feedback": {"message": "How good?"}, "set": {"x": expression}}
    return flow({"x": 0, "y": 0}, judge=judged, end={"listen": "judge", "do": "[state.x, outputs.judge.feedback]"})


def test_an_answer_outlives_a_failure_that_is_not_its_fault(bench: FlowBench):
    """What a person said is kept when something else fails their step: a resume neither asks nor pays again."""
    id_ = bench.run(_judged("1 / state.y")).execution_id
    assert answered(bench, id_, "Well.").status is S.FAILED
    again = bench.resume(id_)
    assert (again.status, again.attempt, again.error and again.error.task_name) == (S.FAILED, 3, "judge")
    assert bench.store.questions.open(owner=OWNER) == []
    assert bench.crewai.calls["draft"] == 1


def test_who_said_what_cannot_be_used_is_asked_again(bench: FlowBench):
    """A resume opens the question; the step that it is about is not paid again."""
    id_ = bench.run(_judged("int(output.feedback)")).execution_id
    failed = answered(bench, id_, "Very good.")
    assert (failed.status, bench.store.questions.count(owner=OWNER)) == (S.FAILED, 0)
    assert bench.resume(id_).status is S.WAITING
    done = answered(bench, id_, "7")
    assert (done.status, done.output_json, bench.crewai.calls["draft"]) == (S.COMPLETED, [7, "7"], 1)
