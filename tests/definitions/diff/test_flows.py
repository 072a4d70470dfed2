"""What changed, said by step and by field of the state."""

from __future__ import annotations

import copy
import time
from typing import Any

import pytest

from crewlab.definitions.diff import Change, diff
from tests.definitions.documents import crew

GOAL = "Write a text about everything that was found, with sources and with care."


def flow(**changes: Any) -> dict[str, Any]:
    """Two crews that join in an agent."""
    research = {"start": True, "do": {"call": "crew", "definition": "brief", "inputs": {"topic": "${state.topic}"}}}
    side = {"start": True, "do": {"call": "tool", "ref": "FileReadTool", "with": {"file_path": "a.csv"}}}
    agent = {"role": "Writer", "goal": GOAL, "input": "Sum up ${outputs.research.raw} and ${outputs['research'].raw}"}
    write = {"listen": {"and": ["research", "side"]}, "do": {"call": "agent", "with": agent}}
    methods = {"research": research, "side": side, "write": write}
    return {"schema": "crewai.flow/v1", "name": "weekly", "methods": methods, **changes}


def changed(change: Any) -> dict[str, Any]:
    """The flow after `change` was made in it."""
    document = copy.deepcopy(flow())
    change(document["methods"])
    return document


def test_equal_flows_have_no_changes():
    """The order of steps is none."""
    document = flow()
    assert diff(document, {**document, "methods": dict(reversed(document["methods"].items()))}) == []


def test_fields_of_a_step_are_told_apart_down_to_the_value():
    """Inputs, settings and models by their own names."""

    def change(steps: Any) -> None:
        steps["research"]["do"] |= {"version": 4, "inputs": {"topic": "${state.other}"}}
        steps["write"]["do"]["with"]["llm"] = "openai/gpt-4o"

    assert diff(flow(), changed(change)) == [
        Change("steps.research.do.inputs.topic", "${state.topic}", "${state.other}", "changed"),
        Change("steps.research.do.version", None, 4, "added"),
        Change("steps.write.do.with.llm", None, "openai/gpt-4o", "added"),
    ]


def test_a_conversation_is_told_apart_down_to_the_value():
    """Its model, and what its router is told."""
    one, other = ({"llm": llm, "router": {"prompt": llm, "routes": ["a"]}} for llm in ("m", "n"))
    assert diff(flow(conversational=one), flow(conversational=other)) == [
        Change("conversational.llm", "m", "n", "changed"),
        Change("conversational.router.prompt", "m", "n", "changed"),
    ]


def test_a_renamed_step_is_one_change():
    """Triggers and expressions that only follow the new name are none; what changes besides is told."""

    def change(steps: Any) -> None:
        steps["find"] = steps.pop("research")
        steps["write"]["listen"] = {"and": ["find", "side"]}
        steps["write"]["do"]["with"]["input"] = "Sum up ${outputs.find.raw} and ${outputs['find'].raw}"

    renamed = changed(change)
    assert diff(flow(), renamed) == [Change("steps.find", "research", "find", "renamed")]
    renamed["methods"]["write"]["listen"] = "find"
    assert diff(flow(), renamed)[1:] == [
        Change("steps.write.listen", {"and": ["research", "side"]}, "find", "changed"),
    ]


def test_steps_that_swap_names_are_not_renamed_twice():
    """A new name that was another's old name stays what it is."""
    first, second = ({"start": True, "do": {"call": "expression", "expr": expr}} for expr in ("1 + 1", "state.topic"))
    reads = {"listen": "b", "do": {"call": "expression", "expr": "outputs.b"}}
    before = flow(methods={"a": first, "b": second, "last": reads})
    after = flow(methods={"b": first, "c": second, "last": reads})
    assert [change.path for change in diff(before, after)] == ["steps.a", "steps.b.do.expr", "steps.c"]


def test_steps_come_and_go_as_a_whole():
    """With what was in them."""

    def change(steps: Any) -> None:
        del steps["side"]
        steps["ask"] = {"listen": "write", "do": {"call": "expression", "expr": "1"}}

    found = diff(flow(), changed(change))
    assert [(one.path, one.kind) for one in found] == [("steps.side", "removed"), ("steps.ask", "added")]
    assert found[1].after == {"listen": "write", "do": {"call": "expression", "expr": "1"}}


def test_the_state_is_told_by_field():
    """Its type, its default and whether it is required, however they are written."""
    schema = {"type": "object", "properties": {"topic": {"type": "string"}}, "required": ["topic"]}
    before = flow(state={"type": "json_schema", "json_schema": schema, "default": {"topic": "tea"}})
    more = {"type": "object", "properties": {"topic": {"type": "string"}, "rows": {"type": "array"}}}
    after = flow(state={"type": "json_schema", "json_schema": more, "default": {"topic": "coffee"}})
    assert diff(before, after) == [
        Change("state.topic.default", "tea", "coffee", "changed"),
        Change("state.topic.required", True, None, "removed"),
        Change("state.rows", None, {"type": "array"}, "added"),
    ]
    assert diff(flow(state={"type": "dict"}), flow())[0].path == "state.type"


def test_a_crew_within_a_step_is_told_by_its_own_parts():
    """Under the path of the step."""
    before = flow(methods={"one": {"start": True, "do": {"call": "crew", "with": crew()}}})
    after = copy.deepcopy(before)
    after["methods"]["one"]["do"]["with"]["process"] = "parallel"
    after["methods"]["one"]["do"]["inputs"] = {"topic": "tea"}
    assert [change.path for change in diff(before, after)] == ["steps.one.do.with.process", "steps.one.do.inputs"]


def test_snapshots_are_told_by_definition():
    """Another version of one is told by its parts, not as one that went and one that came."""

    def snapshot(number: int, **fields: Any) -> dict[str, Any]:
        return flow(definitions={f"brief@{number}": {"number": number, "document": crew(**fields)}})

    assert diff(snapshot(3), snapshot(4, process="parallel")) == [
        Change("definitions.brief@4", "brief@3", "brief@4", "changed"),
        Change("definitions.brief@4.process", "sequential", "parallel", "changed"),
    ]
    assert [one.kind for one in diff(snapshot(3), flow())] == ["removed"]


@pytest.mark.parametrize(
    "document",
    [
        {"methods": 5},
        {"methods": {"a": 1, "b": {"do": 3, "listen": {"and": 7}}}, "state": 3},
        {"methods": {"a": {"do": {"call": "crew", "with": 4}}}, "state": {"json_schema": [], "default": 4}},
        {"methods": {}, "definitions": [1], "state": {"json_schema": {"required": 3, "properties": {"x": 1}}}},
    ],
)
def test_flows_of_any_shape_can_be_compared(document: dict[str, Any]):
    """Drafts and foreign documents raise nothing, in either direction."""
    assert diff(document, document) == []
    assert diff(document, flow())
    assert diff(flow(), document)


def test_a_crew_and_a_flow_have_nothing_in_common():
    """All of one goes, all of the other comes."""
    kinds = {change.path: change.kind for change in diff(crew(), flow())}
    assert (kinds["agents"], kinds["methods"]) == ("removed", "added")


def test_two_large_snapshots_are_compared_quickly():
    """300 steps over 40 crews, each crew changed: well within 200 ms of CPU."""

    def large(number: int) -> dict[str, Any]:
        steps = {
            f"s{i}": {"listen": f"s{i - 1}", "do": {"call": "crew", "definition": f"crew{i % 40}", "version": number}}
            for i in range(300)
        }
        documents = {f"crew{i}@{number}": {"document": crew(planning=number == 2)} for i in range(40)}
        return flow(methods=steps, definitions=documents)

    before, after = large(1), large(2)
    started = time.thread_time()
    assert len(diff(before, after)) == 300 + 2 * 40
    assert time.thread_time() - started < 0.2
