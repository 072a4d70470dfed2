"""A conversation asks models what crewAI's own `handle_turn` asks, and says the same."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pytest

from crewlab.bridge import load
from crewlab.executions.status import ExecutionStatus
from crewlab.lab import Lab
from tests.left_open import take_away
from tests.model_server import ModelServer, say

load()

from crewai.flow.flow import Flow  # noqa: E402 - after load(), which settles its environment

PREP = {"start": True, "do": {"call": "expression", "expr": "string(size(state.messages))"}}
PRICE = {
    "description": "Tells what tea costs.\nNot for coffee.",
    "listen": "price",
    "do": {"call": "expression", "expr": "'It costs ' + string(size(state.messages))"},
}
AGENT = {
    "listen": "advice",
    "do": {
        "call": "agent",
        "with": {"role": "Adviser", "goal": "Advise", "backstory": "Kind", "input": "${state.messages}"},
    },
}
DATA = {"listen": "data", "do": {"call": "expression", "expr": "{'n': 1}"}}
ALL = {"prep": PREP, "price_of": PRICE, "advise": AGENT, "count": DATA}


class Case(NamedTuple):
    """A conversation: what the flow says of it, its steps, what is said, and the routes that the model chooses."""

    block: Mapping[str, Any]
    steps: Mapping[str, Any] = ALL
    routes: Sequence[str] = ()
    said: Sequence[str] = ("hello", "what is the price?")


CASES = {
    "no routes": Case({"system_prompt": "Be kind."}, {}),
    "crewAI's own prompt": Case({}, {}),
    "no prompt": Case({"system_prompt": ""}, {"prep": PREP}),
    "a custom route": Case({"system_prompt": "Be kind."}, ALL, ["converse", "price"]),
    "an agent answers": Case({}, ALL, ["advice", "converse"]),
    "data is no answer": Case({}, ALL, ["data", "converse"]),
    "a route that there is not": Case({"router": {"fallback_intent": "price"}}, ALL, ["nonsense", "converse"]),
    "a router in words of the flow": Case(
        {
            "router": {
                "prompt": "This is a tea shop.",
                "routes": ["price"],
                "route_descriptions": {"price": "What tea costs."},
                "intent_field": "route",
            }
        },
        {"prep": PREP, "price_of": PRICE},
        ["price", "converse"],
    ),
    "the end": Case({}, ALL, ["converse", "end"]),
    "intents": Case({"default_intents": ["price", "advice"]}, ALL, ["price", "advice"]),
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One lab for all conversations."""
    with Lab.open(tmp_path_factory.mktemp("conversations") / "data") as opened:
        yield opened


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_conversation_is_crewais(case: Case, lab: Lab):
    """Whole request bodies and all that was said are equal."""
    mine, theirs = _ours(case, lab), _native(case)
    take_away()
    assert mine == theirs


def test_a_router_is_asked_in_the_words_of_the_flow(lab: Lab):
    """Its prompt, and what each route is for."""
    asked = json.dumps(_ours(CASES["a router in words of the flow"], lab)[0][0])
    assert "This is a tea shop." in asked
    assert "What tea costs." in asked


Told = tuple[list[dict[str, Any]], list[tuple[str, str]], Any]
"""The requests, what was said by whom, and the last route."""


def _native(case: Case) -> Told:
    with _server(case) as server:
        flow: Any = Flow.from_declaration(contents=_document(case, {"base_url": server.url, "api_key": "x"}))
        for text in case.said:
            flow.handle_turn(text)
        said = [(message.role, message.content) for message in flow.state.messages]
        return _bodies(server), said, flow.state.last_intent


def _ours(case: Case, lab: Lab) -> Told:
    with _server(case) as server:
        execution = lab.run(_document(case, {"base_url": server.url}), {"current_user_message": case.said[0]})
        for text in case.said[1:]:
            assert execution.status is ExecutionStatus.WAITING, execution.error
            lab.answer(execution.execution_id, text)
            (execution,) = lab.wait([execution.execution_id])
        state = {one.field: one.after for one in lab.state_changes(execution.execution_id)}
        said = [(message["role"], message["content"]) for message in state["messages"]]
        return _bodies(server), said, state["last_intent"]


def _server(case: Case) -> ModelServer:
    server = ModelServer()
    field = "outcome" if "default_intents" in case.block else case.block.get("router", {}).get("intent_field", "intent")
    about = "Routes:" if field != "outcome" else "price, advice"
    server.script(*(say(json.dumps({field: route})) for route in case.routes), about=about)
    return server


def _document(case: Case, where: Mapping[str, str]) -> dict[str, Any]:
    llm = {"model": "openai/any", **where}
    block = {"llm": llm, **case.block}
    if "default_intents" in block:
        block["intent_llm"] = llm
    steps = json.loads(json.dumps(case.steps))
    for step in steps.values():
        if step["do"]["call"] == "agent":
            step["do"]["with"]["llm"] = llm
    return {"schema": "crewai.flow/v1", "name": "chat", "conversational": block, "methods": steps}


def _bodies(server: ModelServer) -> list[dict[str, Any]]:
    return [{name: value for name, value in one.body.items() if name != "stream"} for one in server.requests]


def test_only_routes_are_offered(lab: Lab):
    """Where crewAI offers whatever steps listen to, names of steps are left out: chosen, they would skip a step."""
    more = {"listen": "price_of", "do": {"call": "expression", "expr": "outputs.price_of + '!'"}}
    requests, said, _ = _ours(Case({}, {"price_of": PRICE, "more": more}, ["price"], ["hello"]), lab)
    offered = requests[0]["messages"][0]["content"]
    assert "- price: Tells what tea costs." in offered
    assert "price_of" not in offered
    assert said[-1] == ("assistant", "It costs 1!")
