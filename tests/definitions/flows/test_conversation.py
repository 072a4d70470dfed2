"""What a conversation adds to a flow: steps, routes, fields of the state, models."""

from __future__ import annotations

from typing import Any

import pytest

from crewlab.definitions.checks import check
from crewlab.definitions.flows.asks import state_placeholders
from crewlab.definitions.flows.closure import Closure
from crewlab.definitions.flows.conversation import added_steps, is_conversation, models_of, routes_of
from crewlab.definitions.flows.crews import placed_crews
from crewlab.definitions.flows.lowering import lower
from crewlab.definitions.flows.state import StateContract
from crewlab.errors import DocumentError


def chat(block: dict[str, Any] | None = None, **steps: Any) -> dict[str, Any]:
    methods = {
        name: {"do": {"call": "expression", "expr": "state.messages[0].content"}, **step}
        for name, step in steps.items()
    }
    block = {"llm": "rehearsal/plain", **(block or {})}
    return {"schema": "crewai.flow/v1", "name": "chat", "conversational": block, "methods": methods}


@pytest.mark.parametrize(
    ("block", "routes"),
    [
        ({}, ["converse", "end", "price", "stock"]),
        ({"router": {"routes": ["price"]}}, ["converse", "end", "price"]),
        ({"builtin_routes": ["converse"]}, ["converse", "price", "stock"]),
        ({"default_intents": ["price", "other"]}, ["converse", "end", "price", "stock", "other"]),
    ],
)
def test_routes_are_what_steps_listen_to_and_no_step_is_called(block: dict[str, Any], routes: list[str]):
    """Outcomes of the flow's own routers are none, and neither is the route that crewAI keeps for itself."""
    made = chat(
        block,
        a={"listen": {"or": ["price", "stock"]}},
        b={"listen": "a", "router": True, "emit": ["good"]},
        c={"listen": "good"},
        d={"listen": "answer_from_history"},
    )
    assert routes_of(made) == routes


def test_a_step_of_the_flow_takes_the_place_of_an_added_one():
    """The author's wins, as in crewAI."""
    assert list(added_steps(chat(converse_turn={"listen": "converse"}))) == [
        "user_turn",
        "route_conversation",
        "end_conversation",
        "assistant_reply",
    ]
    assert added_steps({**chat(), "conversational": {"enabled": False}}) == {}
    assert not is_conversation({"conversational": None})


@pytest.mark.parametrize(
    ("steps", "is_answered"),
    [
        ({}, False),
        ({"look": {"start": True}}, False),
        ({"look": {"start": True}, "tell": {"listen": "price"}}, True),
        ({"converse_turn": {"listen": "converse"}}, True),
        ({"route_conversation": {"start": True, "router": True}}, True),
    ],
)
def test_what_a_step_answers_is_said_where_one_can(steps: dict[str, Any], is_answered: bool):
    """A flow whose own steps all run before the route has no step for it, neither counted nor drawn."""
    assert ("assistant_reply" in added_steps(chat(**steps))) is is_answered


def test_a_conversation_without_steps_is_whole():
    """The steps that are added are enough, and those that listen to routes can run."""
    assert check(chat()) == []
    assert check(chat(price_of={"listen": "price"})) == []


def test_steps_that_start_have_run_before_a_route_is_taken():
    """Their outputs are certain where somebody answers."""
    reads = {"listen": "price", "do": {"call": "expression", "expr": "outputs.first"}}
    assert check(chat(first={"start": True}, price_of=reads)) == []


def test_the_state_holds_the_conversation():
    """Beside the fields of the flow's own, with a schema or without; a launch is asked for the first words only."""
    for state in ({"default": {"topic": "x"}}, {"type": "json_schema", "json_schema": {"properties": {"topic": {}}}}):
        made = {**chat(price_of={"listen": "price"}), "state": state}
        begun = StateContract(made).initial()
        assert (begun["messages"], begun["ended"], begun["last_intent"]) == ([], False, None)
        assert "topic" in begun
        assert list(state_placeholders(made)) == ["topic", "current_user_message"] or set(state_placeholders(made)) == {
            "topic",
            "current_user_message",
        }


def test_the_models_of_a_conversation_count_as_those_of_the_flow():
    """So that keys, prices and limits hold for them."""
    made = chat({"router": {"llm": "rehearsal/reasoning"}, "intent_llm": "rehearsal/x", "default_intents": ["a"]})
    assert models_of(made) == {
        "user_turn": "rehearsal/x",
        "route_conversation": "rehearsal/reasoning",
        "converse_turn": "rehearsal/plain",
    }
    assert [where for where, _ in placed_crews(made)] == ["user_turn.", "route_conversation.", "converse_turn."]


def test_crewai_gets_the_conversation_as_it_is():
    """It runs there too."""
    made = chat(price_of={"listen": "price"})
    assert lower(Closure.resolve(made, lambda *_: None)).document["conversational"] == made["conversational"]  # type: ignore[arg-type, return-value] # nothing is named


def test_a_conversation_within_a_flow_is_not_for_crewai():
    """There it would be a flow without its turns; that is said instead."""
    outer = {"name": "outer", "methods": {"talk": {"start": True, "do": {"call": "flow", "with": chat()}}}}
    with pytest.raises(DocumentError, match="holds a conversation as a flow of its own"):
        lower(Closure.resolve(outer, lambda *_: None))  # type: ignore[arg-type, return-value] # nothing is named
