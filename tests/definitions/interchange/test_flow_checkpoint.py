"""A flow half-way, in the words of crewAI's checkpoints."""

from __future__ import annotations

from typing import Any

from crewlab.definitions.flows.restoring import FlowHalfway
from crewlab.definitions.interchange.flow_checkpoint import flow_checkpoint, flow_to_restore
from crewlab.definitions.interchange.records import Records
from crewlab.definitions.notation.text import read_document
from crewlab.definitions.overlay import Overlay
from tests.definitions.documents import crew

FLOW = {"name": "f", "config": {"max_method_calls": 7}}


def test_a_router_decides_once_more_until_all_is_done():
    """crewAI does not keep which way it took, and would go none."""
    outputs = {"find": {"raw": "x"}, "turn": "good"}
    halfway = FlowHalfway(FLOW, {"id": "e1", "topic": "tea"}, outputs, frozenset({"turn"}))
    found = flow_checkpoint(halfway)
    assert found["checkpoint_completed_methods"] == ["find"]
    assert found["checkpoint_method_outputs"][1] == {"method": "turn", "output": "good"}
    assert (found["checkpoint_state"]["topic"], found["max_method_calls"]) == ("tea", 7)
    over = FlowHalfway(FLOW, {"id": "e1"}, outputs, frozenset({"turn"}), is_over=True)
    assert flow_checkpoint(over)["checkpoint_completed_methods"] == ["find", "turn"]


def test_the_flow_beside_it_is_the_one_that_was_launched():
    """Everything that it uses is in it, with the models of the launch, and without keys."""
    asked: dict[str, Any] = {"role": "R", "goal": "G", "backstory": "B", "input": "?", "llm": "openai/a"}
    key = {"model": "openai/a", "api_key": "sk-1"}
    steps = {
        "work": {"start": True, "do": {"call": "crew", "definition": "pair", "version": 1}},
        "ask": {"listen": "work", "do": {"call": "agent", "with": {**asked, "llm": key}}},
        "more": {"listen": "ask", "do": {"call": "agent", "with": asked}},
    }
    entry = {"kind": "crew", "name": "pair", "number": 1, "definition_id": "d", "content_hash": "h", "document": crew()}
    snapshot = {"schema": "crewai.flow/v1", "name": "f", "methods": steps, "definitions": {"pair@1": entry}}
    launched = Overlay(None, {"researcher": "openai/b", "more": "openai/c"}, {})
    methods = read_document(flow_to_restore(snapshot, Records(), launched), source="f")["methods"]
    assert methods["work"]["do"]["with"]["agents"]["researcher"]["llm"] == "openai/b"
    assert methods["more"]["do"]["with"]["llm"] == "openai/c"
    assert "sk-1" not in str(methods)
