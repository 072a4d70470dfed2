"""When two requests are the same."""

from __future__ import annotations

from typing import Any

import pytest

from crewlab.bridge.cassettes.recording import key_of, model_request

HELLO = [{"role": "user", "content": "hello"}]
ASKED: dict[str, Any] = {"model": "openai/x", "messages": HELLO, "tools": None, "schema": None, "parameters": {}}


def key(**changes: Any) -> str:
    return key_of(model_request(**{**ASKED, **changes}), str)


@pytest.mark.parametrize(
    "changes",
    [
        {"model": "openai/y"},
        {"messages": [*HELLO, {"role": "user", "content": "you"}]},
        {"tools": [{"function": {"name": "look"}}]},
        {"schema": {"type": "object"}},
        {"parameters": {"temperature": 0.5}},
    ],
)
def test_content_makes_another_request(changes: dict[str, Any]):
    """Model, messages, tools, schema and parameters are what is asked."""
    assert key(**changes) != key()


@pytest.mark.parametrize("name", ["base_url", "api_base", "timeout", "provider"])
def test_how_the_model_is_reached_does_not(name: str):
    """An address or a time limit changes nothing about the answer."""
    assert key(parameters={name: "x"}) == key()


def test_the_order_of_parameters_does_not():
    """Equal objects are equal, however they were written."""
    assert key(parameters={"a": 1, "b": 2}) == key(parameters={"b": 2, "a": 1})


def called(*ids: str) -> list[dict[str, Any]]:
    calls = [{"id": one, "function": {"name": "look", "arguments": "{}"}} for one in ids]
    told = [{"role": "tool", "tool_call_id": one, "content": "seen"} for one in ids]
    return [{"role": "assistant", "content": None, "tool_calls": calls}, *told]


def test_ids_of_tool_calls_count_by_their_order():
    """They are drawn anew each time; which result belongs to which call still matters."""
    assert key(messages=called("a", "b")) == key(messages=called("x", "y"))
    swapped = called("x", "y")
    swapped[1]["tool_call_id"], swapped[2]["tool_call_id"] = "y", "x"
    assert key(messages=swapped) != key(messages=called("x", "y"))
