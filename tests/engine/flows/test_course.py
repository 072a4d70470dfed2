"""Flows that hold a conversation: what begins when, and what is an answer."""

from __future__ import annotations

from typing import Any

from crewlab.executions.execution import Execution
from crewlab.executions.status import ExecutionStatus as S
from tests.engine.flows.conftest import FlowBench, flow
from tests.engine.flows.test_people import answered
from tests.factories import OWNER


def chat(block: dict[str, Any] | None = None, **steps: dict[str, Any]) -> dict[str, Any]:
    """A flow that talks."""
    return {**flow(**steps), "conversational": {"llm": "m", **(block or {})}}


def greet(bench: FlowBench, made: dict[str, Any]) -> Execution:
    """Launch it with what the person says first."""
    return bench.run(made, inputs={"current_user_message": "hello"})


PRICE = {"listen": "price", "do": "'It costs ' + string(size(state.messages))"}


def messages(bench: FlowBench, execution_id: str) -> list[str]:
    """What has been said, in order."""
    written = [
        one.after for one in bench.store.steps.state_writes(execution_id, owner=OWNER) if one.field == "messages"
    ]
    return [f"{one['role']}: {one['content']}" for one in written[-1]]


def names(bench: FlowBench, execution_id: str, attempt: int) -> list[str]:
    done = [step for step in bench.steps(execution_id, attempt) if step.status == "completed"]
    return [f"{step.step}#{step.call_number}" for step in done]


def test_each_message_of_a_person_is_a_turn(bench: FlowBench):
    """The flow waits between turns and holds nothing; earlier turns are not paid again."""
    waiting = greet(bench, chat())
    assert (waiting.status, names(bench, waiting.execution_id, 1)) == (
        S.WAITING,
        ["user_turn#1", "route_conversation#1", "converse_turn#1"],
    )
    (question,) = bench.store.questions.open(owner=OWNER)
    assert (question.task_name, question.output, question.outcomes) == (
        "user_turn",
        "converse_turn done: hello",
        ("end",),
    )
    again = answered(bench, waiting.execution_id, "And tea?")
    assert (again.status, bench.crewai.calls["converse_turn"]) == (S.WAITING, 2)
    assert messages(bench, waiting.execution_id) == [
        "user: hello",
        "assistant: converse_turn done: hello",
        "user: And tea?",
        "assistant: converse_turn done: And tea?",
    ]


def test_what_a_step_says_to_a_route_is_the_answer(bench: FlowBench):
    """A route leads to the steps that listen to it; the last text that came of it is told."""
    bench.crewai.answers = {"route_conversation": ["price", "converse"]}
    waiting = greet(bench, chat(price_of={**PRICE}, more={"listen": "price_of", "do": "outputs.price_of + '!'"}))
    assert names(bench, waiting.execution_id, 1)[1:] == [
        "route_conversation#1",
        "price_of#1",
        "more#1",
        "assistant_reply#1",
    ]
    answered(bench, waiting.execution_id, "Fine.")
    assert messages(bench, waiting.execution_id)[1:] == [
        "assistant: It costs 1!",
        "user: Fine.",
        "assistant: converse_turn done: Fine.",
    ]


def test_steps_that_start_run_before_the_route_in_each_turn(bench: FlowBench):
    """One after the other, each with what follows of it; outputs of the turn before are gone."""
    made = chat(
        a={"start": True, "do": "has(outputs.late) ? 'old' : 'new'"},
        then={"listen": "a", "do": "outputs.a"},
        b={"start": True, "do": "outputs.then"},
        late={"listen": "converse", "do": "1"},
    )
    waiting = greet(bench, made)
    answered(bench, waiting.execution_id, "More.")
    turn = ["user_turn#2", "a#2", "then#2", "b#2", "route_conversation#2"]
    assert names(bench, waiting.execution_id, 2)[:5] == turn
    assert [step.output for step in bench.steps(waiting.execution_id, 2) if step.step == "b"][-1] == "new"


def test_data_and_names_of_routes_are_no_answer(bench: FlowBench):
    """Only texts are told to the person, as in crewAI."""
    bench.crewai.answers = {"route_conversation": ["price", "other"]}
    made = chat(price_of={"listen": "price", "do": "{'n': 1}"}, label={"listen": "other", "do": "'converse'"})
    waiting = greet(bench, made)
    answered(bench, waiting.execution_id, "More.")
    assert messages(bench, waiting.execution_id) == ["user: hello", "user: More."]


def test_a_turn_that_waits_for_a_person_goes_on_within(bench: FlowBench):
    """A step of a turn may ask; the turn goes on with the answer, and ends the conversation's way."""
    bench.crewai.answers = {"route_conversation": ["price", "converse"]}
    asked = {"message": "Well?", "emit": ["yes", "no"]}
    made = chat(ask={"listen": "price", "do": "'draft'", "human_feedback": asked}, yes_={"listen": "yes", "do": "'ok'"})
    waiting = greet(bench, made)
    (question,) = bench.store.questions.open(owner=OWNER)
    assert question.task_name == "ask"
    again = answered(bench, waiting.execution_id, outcome="yes")
    assert again.status is S.WAITING
    assert messages(bench, waiting.execution_id) == ["user: hello", "assistant: ok"]


def test_an_attempt_tells_of_earlier_turns_in_one_event(bench: FlowBench):
    """What each stores does not grow with what was said before."""
    waiting = greet(bench, chat())
    for text in ("More.", "And more."):
        answered(bench, waiting.execution_id, text)
    steps = {(step.attempt, step.status) for step in bench.steps(waiting.execution_id)}
    assert not [step for step in steps if step[1] == "reused"]
    kept = [event for _, event in bench.store.events.read(waiting.execution_id, owner=OWNER)]
    assert [event.calls for event in kept if event.kind == "turns_kept"] == [3, 6]


def test_a_turn_that_fails_goes_on_with_a_resume(bench: FlowBench):
    """The message is kept, and the router is not asked again."""
    bench.crewai.answers = {"route_conversation": "price", "draft": [RuntimeError("broken"), "done"]}
    failed = greet(bench, chat(price_of={"listen": "price", "do": ["draft"]}))
    assert failed.status is S.FAILED
    again = bench.resume(failed.execution_id)
    assert (again.status, bench.crewai.calls["route_conversation"]) == (S.WAITING, 1)
    assert messages(bench, failed.execution_id) == ["user: hello", "assistant: done"]


def test_a_router_of_the_flow_chooses_where_it_has_the_name(bench: FlowBench):
    """As in crewAI: when it says, which need not be at the beginning of a turn."""
    own = {"listen": "a", "router": True, "emit": ["price"], "do": "'price'"}
    waiting = greet(bench, chat(a={"start": True, "do": "1"}, route_conversation=own, price_of=PRICE))
    assert names(bench, waiting.execution_id, 1) == [
        "user_turn#1",
        "a#1",
        "route_conversation#1",
        "price_of#1",
        "assistant_reply#1",
    ]
