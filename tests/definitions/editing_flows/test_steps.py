"""Steps are added, renamed, moved and removed, and everything that refers to them follows."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from crewlab.definitions.editing_flows import steps
from crewlab.definitions.editing_flows.each_steps import add_inner, inner_names, move_inner, remove_inner, rename_inner
from crewlab.definitions.editing_flows.starting import new_flow
from crewlab.definitions.flows.flow import parse_flow
from crewlab.errors import DocumentError

EACH = ("methods", "rows", "do", "do")


@pytest.fixture
def flow() -> dict[str, Any]:
    """A flow that names the step `find` in every way there is."""
    return {
        "schema": "crewai.flow/v1",
        "name": "x",
        "methods": {
            "find": {
                "start": True,
                "do": {"call": "crew", "definition": "brief", "inputs": {"topic": "${state.topic}"}},
            },
            "decide": {
                "listen": "find",
                "router": True,
                "emit": ["good", "bad"],
                "do": {"call": "expression", "expr": 'size(outputs.find.raw) > 5 ? "good" : "bad"'},
            },
            "use": {
                "listen": {"and": ["good", {"or": ["find", "bad"]}]},
                "do": {
                    "call": "crew",
                    "definition": "brief",
                    "inputs": {"text": 'From ${outputs["find"].raw} and ${outputs.finder}', "n": 3},
                    "context": {"t": ["${outputs.find.tasks.a.raw}"]},
                },
                "set": {"best": "outputs.find.raw + output.raw"},
                "human_feedback": {"message": "Is it good?", "emit": ["good", "no"], "default_outcome": "good"},
            },
            "rows": {
                "listen": "use",
                "do": {
                    "call": "each",
                    "in": "outputs.find.json_dict.rows",
                    "do": [
                        {
                            "name": "first",
                            "if": "outputs.find.raw != ''",
                            "action": {"call": "expression", "expr": "item"},
                        },
                        {"name": "second", "action": {"call": "tool", "ref": "T", "with": {"a": "${outputs.first}"}}},
                    ],
                },
            },
            "inner": {
                "listen": "bad",
                "do": {
                    "call": "flow",
                    "with": {"methods": {"find": {"do": {"call": "expression", "expr": "outputs.find"}}}},
                },
            },
        },
    }


def test_a_renamed_step_is_followed_everywhere(flow):
    """Triggers, expressions, texts, contexts, what is set and what each reads; never within a flow of its own."""
    before = copy.deepcopy(flow)
    changed = steps.rename_step(flow, "find", "look")
    methods = changed["methods"]
    assert list(methods) == ["look", "decide", "use", "rows", "inner"]
    assert methods["decide"]["listen"] == "look"
    assert methods["decide"]["do"]["expr"] == 'size(outputs.look.raw) > 5 ? "good" : "bad"'
    assert methods["use"]["listen"] == {"and": ["good", {"or": ["look", "bad"]}]}
    assert methods["use"]["do"]["inputs"] == {"text": 'From ${outputs["look"].raw} and ${outputs.finder}', "n": 3}
    assert methods["use"]["do"]["context"] == {"t": ["${outputs.look.tasks.a.raw}"]}
    assert methods["use"]["set"] == {"best": "outputs.look.raw + output.raw"}
    assert methods["rows"]["do"]["in"] == "outputs.look.json_dict.rows"
    assert methods["rows"]["do"]["do"][0]["if"] == "outputs.look.raw != ''"
    assert methods["inner"] == before["methods"]["inner"]
    assert flow == before


@pytest.mark.parametrize("name", ["decide", "two words", "1st", "", "a-b"])
def test_a_name_that_no_step_can_have_is_refused(flow, name):
    """Taken, or not letters, digits and underscores."""
    with pytest.raises(DocumentError):
        steps.rename_step(flow, "find", name)


def test_a_removed_step_leaves_no_trigger_behind(flow):
    """Who waited for it as well waits for the rest; who waited for it alone waits for nothing."""
    methods = steps.remove_step(flow, "find")["methods"]
    assert "find" not in methods
    assert "listen" not in methods["decide"]
    assert methods["use"]["listen"] == {"and": ["good", "bad"]}


def test_steps_are_added_copied_and_moved(flow):
    """A new step waits for the last one; a copy stands behind the original; order is all that moving changes."""
    added = steps.add_step(flow, "agent")
    assert list(added["methods"].items())[-1][1]["listen"] == "inner"
    assert list(steps.duplicate_step(flow, "find")["methods"])[:2] == ["find", "find_2"]
    moved = steps.move_step(flow, "use", -1)
    assert list(moved["methods"]) == ["find", "use", "decide", "rows", "inner"]
    assert steps.move_step(flow, "find", -1)["methods"] == flow["methods"]
    assert steps.add_step({"name": "x"}, "expression")["methods"]["step"]["start"] is True


@pytest.mark.parametrize("call", ["crew", "flow", "agent", "tool", "expression", "each"])
def test_every_kind_of_step_begins_with_a_shape_that_can_be_read(call):
    """The form of a new step has something to show."""
    assert parse_flow(steps.add_step(new_flow("x"), call)).methods["step"].do.call == call


def test_a_renamed_outcome_is_followed(flow):
    """Where it is declared, where the expression chooses it, and where it is awaited."""
    methods = steps.rename_outcome(flow, "decide", "bad", "weak")["methods"]
    assert methods["decide"]["emit"] == ["good", "weak"]
    assert methods["decide"]["do"]["expr"].endswith('"good" : "weak"')
    assert methods["use"]["listen"] == {"and": ["good", {"or": ["find", "weak"]}]}
    assert methods["inner"]["listen"] == "weak"


def test_an_outcome_that_another_step_has_too_is_awaited_under_both_names(flow):
    """What followed the other step still does."""
    methods = steps.rename_outcome(flow, "use", "good", "fine")["methods"]
    assert methods["use"]["human_feedback"]["emit"] == ["fine", "no"]
    assert methods["use"]["human_feedback"]["default_outcome"] == "fine"
    assert methods["use"]["listen"]["and"][0] == {"or": ["good", "fine"]}
    assert methods["decide"]["emit"] == ["good", "bad"]


def test_steps_within_each(flow):
    """Added, renamed with what reads them, moved and removed; the rest of the flow is not touched."""
    assert inner_names(add_inner(flow, EACH, "tool"), EACH) == ["first", "second", "then"]
    renamed = rename_inner(flow, EACH, 0, "read")
    assert renamed["methods"]["rows"]["do"]["do"][1]["action"]["with"] == {"a": "${outputs.read}"}
    assert renamed["methods"]["use"] == flow["methods"]["use"]
    assert inner_names(move_inner(flow, EACH, 0, 1), EACH) == ["second", "first"]
    assert inner_names(remove_inner(flow, EACH, 0), EACH) == ["second"]
    with pytest.raises(DocumentError):
        rename_inner(flow, EACH, 0, "second")


def test_a_step_within_each_hides_one_of_the_same_name(flow):
    """What reads the inner one is left alone when the outer is renamed."""
    flow["methods"]["rows"]["do"]["do"][0]["name"] = "find"
    changed = steps.rename_step(flow, "find", "look")["methods"]["rows"]["do"]
    assert changed["in"] == "outputs.look.json_dict.rows"
    assert changed["do"][0]["if"] == "outputs.find.raw != ''"


def test_a_new_flow_can_be_read():
    """It has steps of several kinds and a state with fields."""
    flow = parse_flow(new_flow("x"))
    assert flow.methods["draft"].starts
    assert flow.methods["measure"].outcomes == ("too_long", "fits")


def test_broken_documents_stay_as_they_are():
    """Editing one part of a draft does not trip over another; forms say that they cannot show it."""
    broken = {"methods": {"a": None, "b": {"do": 3, "set": {"x": 1}, "listen": [1]}}}
    assert steps.rename_step(broken, "a", "c")["methods"]["b"] == broken["methods"]["b"]
    assert list(steps.add_step(broken, "tool")["methods"]) == ["a", "b", "step"]
    assert not steps.is_editable_flow(broken)
    assert not steps.is_editable_flow({"methods": None})
    assert steps.is_editable_flow({})
