"""A flow as it ran, as a picture."""

from __future__ import annotations

from crewlab.definitions.pictures.drawing import graph_of
from crewlab.executions.steps import StepRun
from crewlab.ui.components.executions.step_picture import as_it_ran, colors_of

CALL = {"call": "expression", "expr": "1"}
GRAPH = graph_of({
    "methods": {
        "draft": {"start": True, "do": CALL},
        "judge": {"listen": "draft", "do": CALL},
        "finish": {"listen": "judge", "do": CALL},
    }
})  # fmt: skip


def call(step: str, number: int, status: str) -> StepRun:
    return StepRun.model_validate(
        {"execution_id": "e", "step": step, "attempt": 1, "call_number": number, "step_index": 0, "kind": "expression",
         "status": status}
    )  # fmt: skip


def test_each_step_says_what_became_of_it():
    """Its last call, which one that was, or that it was not reached: in words and in a colour."""
    last = {"draft": call("draft", 1, "completed"), "judge": call("judge", 2, "failed")}
    assert [node.lines[-1] for node in as_it_ran(GRAPH, last).nodes] == ["completed", "failed, call 2", "not reached"]
    assert len(set(colors_of(GRAPH, last).values())) == 3


def test_what_a_conversation_adds_has_a_status_too():
    """Its steps stand nowhere in the document, and are told apart all the same."""
    graph = graph_of({"conversational": {"llm": "rehearsal/plain"}, "methods": {"advise": {"listen": "x", "do": CALL}}})
    last = {"user_turn": call("user_turn", 2, "completed"), "advise": call("advise", 1, "failed")}
    shown = {node.label: node.lines[-1] for node in as_it_ran(graph, last).nodes}
    assert shown["user_turn"] == "completed, call 2"
    assert shown["end_conversation"] == "not reached"
    colors = colors_of(graph, last)
    assert len({colors[node.place] for node in as_it_ran(graph, last).nodes}) == 3
