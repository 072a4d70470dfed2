"""What a miss says about the nearest recording."""

from __future__ import annotations

from typing import Any

from crewlab.bridge.cassettes.difference import difference, nearest
from crewlab.bridge.cassettes.recording import Answer, Recording, model_request, tool_request


def asking(text: str, model: str = "m", **more: Any) -> dict[str, Any]:
    tools, schema, parameters = more.get("tools"), more.get("schema"), more.get("parameters", {})
    return model_request(model, [{"role": "user", "content": text}], tools, schema, parameters)


def recorded(request: dict[str, Any], task: str | None = None) -> Recording:
    return Recording(kind="model_call", request=request, answer=Answer(text="x"), task=task)


def test_the_nearest_is_the_one_that_says_nearly_the_same():
    """Likeness of words decides, and between equals the task."""
    bees, tea = recorded(asking("Write about bees in May")), recorded(asking("Count the tea leaves"))
    assert nearest(asking("Write about bees in June"), [tea, bees], None) is bees
    twins = [recorded(asking("same"), "a"), recorded(asking("same"), "b")]
    assert nearest(asking("same!"), twins, "b") is twins[1]
    assert nearest(asking("x"), [], None) is None


def test_a_text_is_shown_from_where_it_differs():
    """Long prompts differ far behind their beginning."""
    before, after = "a" * 500 + " about bees", "a" * 500 + " about tea"
    said = difference(asking(after), asking(before))
    assert said.startswith("message 1 (user): recorded '…")
    assert "bees" in said
    assert "tea" in said
    assert len(said) < 250


def test_everything_that_differs_is_named():
    """Model, parameters, schema, tools, arguments, and the number of messages."""
    tools = [{"function": {"name": "look"}}]
    said = difference(asking("x", "new", tools=tools, parameters={"t": 1}, schema={"a": 1}), asking("x", "old"))
    assert "model: recorded 'old', asked 'new'" in said
    assert "tools: recorded 'none', asked 'look'" in said
    assert "parameters:" in said
    assert "schema:" in said
    assert "message" not in said
    more = asking("x")
    more["messages"] = [*more["messages"], {"role": "user", "content": "y"}]
    assert difference(more, asking("x")) == "recorded 1 messages, asked 2"
    assert difference(tool_request("t", {"a": 2}), tool_request("t", {"a": 1})).startswith("arguments: recorded")
