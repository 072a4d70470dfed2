"""What can be known of values before a run: outcomes, lists, what is written into the state, what is handed on."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from crewlab.definitions.checks import check
from tests.definitions.flow_documents import CREW, expression

STATE: dict[str, Any] = {
    "topic": {"type": "string", "default": "x"},
    "maybe": {"type": ["string", "null"]},
    "any": {"default": 0},
    "rows": {"type": "array", "default": []},
    "flag": {"type": "boolean", "default": False},
    "count": {"type": "integer", "default": 0, "minimum": 0},
    "share": {"type": "number", "default": 0},
    "kind": {"enum": ["long", "short"], "default": "long"},
    "level": {"type": ["string", "null"], "enum": ["low", "high", None]},
    "mode": {"const": "on", "default": "on"},
    "mixed": {"enum": ["a", 1]},
    "brief": {"type": "object", "default": {}},
    "empty": {"type": "string"},
    "filled": {"type": "string"},
    "asked": {"type": "string"},
    "list": {"type": "array"},
}
NOBODY = {"role": "Writer", "goal": "Write", "backstory": "Brief", "llm": "rehearsal/plain"}


def problems(name: str, step: dict[str, Any], **more: Any) -> list[tuple[str, str, str]]:
    """Ids, severities and places of what the rules about values find in a flow with this step."""
    flow = {
        "name": "f",
        "state": {
            "type": "json_schema",
            "json_schema": {"type": "object", "properties": STATE, "required": ["asked"]},
        },
        "methods": {
            "begin": {"start": True, "do": expression("'text'"), "set": {"filled": "output"}},
            "crew": {"listen": "begin", "do": crew("x")},
            "listed": {"listen": "begin", "do": {"call": "each", "in": "[1]", "do": [inner(expression("item"))]}},
            name: {"listen": {"and": ["crew", "listed"]}, **step},
            **more,
        },
    }
    ids = (
        "flow.outcome.type",
        "flow.outcome.undeclared",
        "flow.each.",
        "flow.set.",
        "flow.input.",
        "flow.agent.",
        "flow.string.",
    )
    found = [one for one in check(flow) if one.id.startswith(ids) or one.severity == "error"]
    assert all(one.hint and one.what.endswith(".") for one in found)
    return [(one.id, one.severity, one.where.removeprefix(f"methods.{name}.")) for one in found]


def crew(topic: Any) -> dict[str, Any]:
    return {"call": "crew", "with": copy.deepcopy(CREW), "inputs": {"topic": topic}}


def inner(action: dict[str, Any]) -> dict[str, Any]:
    return {"name": "one", "action": action}


def routing(text: str, *emit: str) -> dict[str, Any]:
    return {"router": True, "emit": [*emit], "do": expression(text)}


UNDECLARED = ("flow.outcome.undeclared", "error", "do.expr")
UNSURE = ("flow.outcome.undeclared", "warning", "do.expr")
ODD = ("flow.outcome.type", "error", "do.expr")


@pytest.mark.parametrize(
    ("text", "emit", "expected"),
    [
        ("state.count > 5 ? 'good' : 'bad'", ("good", "bad"), []),
        ("state.count > 5 ? 'good' : 'bda'", ("good", "bad"), [UNDECLARED]),
        ("state.count > 5 ? 'god' : (state.flag ? 'bda' : null)", ("good", "bad"), [UNDECLARED] * 2),
        ("state.count > 5 ? 'good' : null", ("good", "bad"), []),
        ("state.topic", ("good",), []),
        ("state.kind", ("long", "short"), []),
        ("state.kind", ("long",), [UNSURE]),
        ("state.level", ("lo", "hi"), [UNDECLARED] * 2),
        ("state.mode", ("on",), []),
        ("state.mixed", ("a",), []),
        ("'go' + state.topic", ("good",), []),
        ("outputs.begin", ("good", "text"), []),
        ("outputs.begin", ("good", "bad"), [UNDECLARED]),  # it is always 'text'
        ("state.count > 5", ("True", "False"), []),
        ("state.flag", ("good", "bad"), [UNDECLARED] * 2),
        ("true", ("true",), [UNDECLARED]),
        ("7", ("7",), []),
        ("state.count", ("1", "2"), []),
        ("size(state.rows)", ("few",), [ODD]),
        ("state.rows", ("few",), [ODD]),
        ("outputs.crew", ("few",), [ODD]),
        ("outputs.crew.raw", ("few",), []),
        ("outputs.crew.json_dict.kind", ("few",), []),
    ],
)
def test_a_router_gives_outcomes_that_it_declares(text: str, emit: tuple[str, ...], expected: list[Any]):
    """As far as its expression says what it gives; what a model or a person says is not known."""
    listeners = {f"on_{name}": {"listen": name, "do": expression("1")} for name in emit}
    assert problems("way", routing(text, *emit), **listeners) == expected


def test_an_outcome_that_is_heard_all_the_same_is_a_warning():
    """Some other step declares it, so that somebody listens: crewAI goes on, and so does a run here."""
    others = {
        "other": {"listen": "crew", **routing("state.topic", "bad")},
        "on_bad": {"listen": "bad", "do": expression("1")},
        "on_good": {"listen": "good", "do": expression("1")},
    }
    found = problems("way", routing("state.flag ? 'good' : 'bad'", "good"), **others)
    assert found == [("flow.outcome.undeclared", "warning", "do.expr")]


def test_what_a_person_chooses_is_no_outcome_of_the_expression():
    """The step gives what they look at, whatever it is."""
    asked = {"do": expression("['a', 'list']"), "human_feedback": {"message": "Fine?", "emit": ["yes", "no"]}}
    heard = {f"on_{name}": {"listen": name, "do": expression("1")} for name in ("yes", "no")}
    assert problems("way", asked, **heard) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("state.rows", []),
        ("state.any", []),
        ("state.rows.filter(row, row > 1)", []),
        ("outputs.listed", []),
        ("outputs.crew.json_dict.rows", []),
        ("outputs.crew.tasks_output", []),
        ("state.topic", [("flow.each.list", "error", "do.in")]),
        ("state.maybe", [("flow.each.list", "error", "do.in")]),
        ("{'a': 1}", [("flow.each.list", "error", "do.in")]),
        ("outputs.crew.raw", [("flow.each.list", "error", "do.in")]),
        ("outputs.begin", [("flow.each.list", "error", "do.in")]),
        ("state.list", [("flow.input.empty", "warning", "do.in")]),
        ("state.list != null ? state.list : []", []),
    ],
)
def test_each_goes_through_a_list(text: str, expected: list[Any]):
    """A value that is said to be something else fails in every run."""
    each = {"call": "each", "in": text, "do": [inner(expression("item"))]}
    assert problems("all", {"do": each}) == expected


@pytest.mark.parametrize(
    ("field", "text", "is_wrong"),
    [
        ("topic", "'tea'", False),
        ("topic", "5", True),
        ("topic", "state.count", True),
        ("topic", "string(state.count)", False),
        ("topic", "state.flag ? 'yes' : 5", True),
        ("topic", "null", False),
        ("topic", "output", True),  # the step gives a number
        ("topic", "outputs.crew", True),
        ("topic", "outputs.crew.tasks['find it'].json_dict.score", False),
        ("topic", "state.any", False),
        ("topic", "'a' in state.rows", True),
        ("count", "output", False),
        ("count", "-1", True),
        ("count", "2.5", True),
        ("count", "state.share", False),  # which may be whole
        ("share", "state.count", False),
        ("kind", "'longer'", True),
        ("kind", "state.topic", False),
        ("rows", "['a', 'b']", False),
        ("rows", "{'a': 1}", True),
        ("brief", "{'a': 1}", False),
        ("any", "5", False),
    ],
)
def test_what_a_step_writes_fits_the_field(field: str, text: str, is_wrong: bool):
    """Constants by the whole schema of the field, other values by their type, where it is known."""
    found = problems("write", {"do": expression("1 + 1"), "set": {field: text}})
    assert found == ([("flow.set.type", "error", f"set.{field}")] if is_wrong else [])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("x", []),
        (None, [("flow.input.missing", "error", "do.inputs.topic")]),
        ("${state.topic}", []),
        ("${state.filled}", []),
        ("${state.asked}", []),
        ("${state.id}", []),
        ("About ${state.empty}", []),
        ("${state.empty != null ? state.empty : 'tea'}", []),
        ("${state.empty}", [("flow.input.empty", "warning", "do.inputs.topic")]),
    ],
)
def test_what_a_crew_needs_is_there(value: Any, expected: list[Any]):
    """A field that nothing fills but a launch, and that no launch has to fill, leaves a placeholder empty."""
    assert problems("last", {"do": crew(value)}) == expected


@pytest.mark.parametrize(
    ("own", "given", "expected"),
    [
        ("x", {}, []),
        ("${state.topic}", {}, []),
        ("${state.empty}", {"topic": "x"}, []),
        ("${state.empty}", {}, [("flow.input.empty", "warning", "do.with.inputs.topic")]),
        ("x", {"topic": "${state.empty}"}, [("flow.input.empty", "warning", "do.inputs.topic")]),
        ("x", {"topic": None}, [("flow.input.missing", "error", "do.inputs.topic")]),
    ],
)
def test_the_own_inputs_of_a_crew_in_a_step_are_filled_in_too(own: str, given: dict[str, Any], expected: list[Any]):
    """They are no defaults for what the step gives: crewAI fills in both, and what is nothing is nothing."""
    action = {"call": "crew", "with": {**CREW, "inputs": {"topic": own}}, "inputs": given}
    assert problems("last", {"do": action}) == expected


INNER = {
    "name": "inner",
    "state": {
        "type": "json_schema",
        "json_schema": {
            "type": "object",
            "properties": {"rows": {"type": "array"}, "word": {"type": "string"}},
            "required": ["word"],
        },
        "default": {"rows": []},
    },
    "methods": {"a": {"start": True, "do": expression("[state.rows, state.word]")}},
}


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"word": "x", "rows": "${state.rows}"}, []),
        ({"word": "${outputs.crew.raw}"}, []),
        ({"word": "x", "rows": "${state.topic}"}, [("flow.input.type", "error", "do.inputs.rows")]),
        ({"word": "x", "rows": "all of ${state.rows}"}, [("flow.input.type", "error", "do.inputs.rows")]),
        ({"word": ["${state.topic}"]}, [("flow.input.type", "error", "do.inputs.word")]),
        ({"word": "${state.empty}"}, [("flow.input.empty", "warning", "do.inputs.word")]),
    ],
)
def test_what_a_flow_within_needs_is_there_and_fits(inputs: dict[str, Any], expected: list[Any]):
    """By the state of that flow, and by what is known of the values here."""
    assert problems("last", {"do": {"call": "flow", "with": INNER, "inputs": inputs}}) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Say ${state.brief}", []),
        ("${state.topic}", []),
        ("${state.rows}", []),
        ("${state.brief}", [("flow.agent.input", "error", "do.with.input")]),
        ("${outputs.crew}", [("flow.agent.input", "error", "do.with.input")]),
        ("${state.empty}", [("flow.input.empty", "warning", "do.with.input")]),
    ],
)
def test_an_agent_is_asked_in_text_or_messages(text: str, expected: list[Any]):
    """Anything else fails when the step begins."""
    assert problems("last", {"do": {"call": "agent", "with": {**NOBODY, "input": text}}}) == expected


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        ("string(state.count) + string(size(state.rows)) + string(state.any)", False),
        ("state.rows.map(row, string(row))", False),
        ("string(outputs.crew.raw)", False),
        ("'It is ' + string(state.rows)", True),
        ("string(state.flag ? state.brief : {})", True),
        ("string(outputs.crew)", True),
        ("[string(outputs.listed)]", True),
    ],
)
def test_a_text_made_of_a_list_is_a_warning(text: str, warned: bool):
    """CEL has no text for lists and objects, and celpy writes its own classes."""
    expected = [("flow.string.type", "warning", "do.expr")] if warned else []
    assert problems("last", {"do": expression(text)}) == expected


def test_within_each_a_text_may_be_made_of_its_own_steps():
    """A step of the same each may be called like one of the flow that gives a list."""
    named = [
        {"name": "listed", "action": expression("1")},
        {"name": "x", "action": expression("string(outputs.listed)")},
    ]
    assert problems("all", {"do": {"call": "each", "in": "[1]", "do": named}}) == []


def test_within_each_only_its_own_steps_are_there():
    """A step of the same each may be called like a step of the flow; nothing is said of what it gives."""
    named = [
        {"name": "crew", "action": expression("'text'")},
        {"name": "ask", "action": {"call": "agent", "with": {**NOBODY, "input": "${outputs.crew}"}}},
    ]
    assert problems("all", {"do": {"call": "each", "in": "state.rows", "do": named}}) == []


def test_a_conversation_fills_its_own_fields():
    """They are there in each turn, though no step of the document writes them."""
    asked = {"call": "agent", "with": {**NOBODY, "input": "${state.last_user_message}"}}
    flow = {
        "name": "f",
        "conversational": {"llm": "rehearsal/plain"},
        "state": {"type": "json_schema", "json_schema": {"type": "object", "properties": {"x": {"type": "string"}}}},
        "methods": {"answer": {"listen": "help", "do": asked}},
    }
    assert check(flow) == []
