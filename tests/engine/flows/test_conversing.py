"""The steps that a conversation adds: a person speaks or leaves, a route is chosen, somebody answers."""

from __future__ import annotations

import pytest

from crewlab.engine.flows.forking import plan_flow_fork
from crewlab.errors import InputsError, ModelCallError
from crewlab.executions.status import ExecutionStatus as S
from tests.engine.flows.conftest import FlowBench
from tests.engine.flows.test_course import PRICE, chat, greet, messages
from tests.engine.flows.test_people import answered
from tests.factories import OWNER


def test_without_a_first_message_the_person_is_asked_for_one(bench: FlowBench):
    """No model is asked before somebody has spoken."""
    waiting = bench.run(chat())
    (question,) = bench.store.questions.open(owner=OWNER)
    assert (question.output, bench.crewai.calls) == ("", {})
    answered(bench, waiting.execution_id, "Hi.")
    assert messages(bench, waiting.execution_id)[0] == "user: Hi."


@pytest.mark.parametrize(("text", "outcome"), [("", None), ("exit", None), ("Quit", None), ("", "end")])
def test_a_person_ends_the_conversation(bench: FlowBench, text: str, outcome: str | None):
    """The execution completes with the last answer; no model is asked for that."""
    done = answered(bench, greet(bench, chat()).execution_id, text, outcome)
    assert (done.status, done.output) == (S.COMPLETED, "converse_turn done: hello")
    assert bench.crewai.calls == {"converse_turn": 1}


def test_last_words_are_kept(bench: FlowBench):
    """Nobody answers them."""
    done = answered(bench, greet(bench, chat()).execution_id, "Bye!", "end")
    assert (done.output, bench.crewai.calls) == ("converse_turn done: hello", {"converse_turn": 1})
    assert messages(bench, done.execution_id)[-1] == "user: Bye!"


def test_the_router_ends_the_conversation(bench: FlowBench):
    """The route `end` is the last turn."""
    bench.crewai.answers = {"route_conversation": "end"}
    done = greet(bench, chat(price_of=PRICE))
    assert (done.status, done.output) == (S.COMPLETED, "Conversation ended.")
    assert messages(bench, done.execution_id) == ["user: hello", "assistant: Conversation ended."]


@pytest.mark.parametrize("fails", [False, True])
def test_a_router_that_names_no_route_takes_the_fallback(bench: FlowBench, fails: bool):
    """As in crewAI: also where the call fails for good."""
    bench.crewai.answers = {"route_conversation": ModelCallError("down", "") if fails else "nonsense"}
    waiting = greet(bench, chat({"router": {"fallback_intent": "price"}}, price_of=PRICE))
    assert messages(bench, waiting.execution_id)[-1] == "assistant: It costs 1"


def test_no_model_is_asked_where_there_is_nothing_to_choose(bench: FlowBench):
    """A flow without routes of its own converses."""
    greet(bench, chat())
    assert bench.crewai.calls == {"converse_turn": 1}


def test_intents_without_a_router_are_routes(bench: FlowBench):
    """One model reads the intent out of all that was said."""
    block = {"default_intents": ["user: hello and so on", "price"], "intent_llm": "m"}
    waiting = greet(bench, chat(block, other={"listen": "user: hello and so on", "do": "state.last_intent + '!'"}))
    assert messages(bench, waiting.execution_id)[-1] == "assistant: user: hello and so on!"
    assert bench.crewai.calls == {}


def test_without_a_model_the_router_takes_its_default(bench: FlowBench):
    """As in crewAI: nothing is asked."""
    made = chat({"llm": None, "router": {"default_intent": "price"}}, price_of=PRICE)
    assert messages(bench, greet(bench, made).execution_id)[-1] == "assistant: It costs 1"
    assert bench.crewai.calls == {}


def test_a_conversation_is_not_forked(bench: FlowBench):
    """Said clearly; a new one may begin with what was said."""
    waiting = greet(bench, chat())
    with pytest.raises(InputsError, match="not forked"):
        plan_flow_fork(waiting, (), "converse_turn", None, None)
    said = [{"role": "user", "content": "Hi."}]
    more = bench.run(chat(), inputs={"messages": said, "current_user_message": "More."})
    assert messages(bench, more.execution_id)[:2] == ["user: Hi.", "user: More."]
