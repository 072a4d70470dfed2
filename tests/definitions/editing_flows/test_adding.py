"""A crew or a flow becomes a step of another flow."""

from __future__ import annotations

from typing import Any

import pytest

from crewlab.definitions.editing_flows.adding import add_definition, suggested_step
from crewlab.errors import DocumentError
from tests.definitions.documents import crew, task

PARENT: dict[str, Any] = {
    "schema": "crewai.flow/v1",
    "name": "parent",
    "state": {"type": "dict", "default": {"topic": "tea"}},
    "methods": {"first": {"start": True, "do": {"call": "expression", "expr": "1"}}},
}


def test_it_waits_for_the_step_that_was_named():
    """Inputs that the state has a field for come from there; the others are left for the checks to tell."""
    used = crew(tasks=[task("t", description="About {topic} in {region}")])
    changed = add_definition(PARENT, "brief", used, "look", after="first")
    assert changed["methods"]["look"] == {
        "listen": "first",
        "do": {"call": "crew", "definition": "brief", "inputs": {"topic": "${state.topic}"}},
    }
    assert "look" not in PARENT["methods"]


def test_a_flow_is_given_the_fields_of_its_state():
    """It begins at once where no step was named."""
    changed = add_definition(PARENT, "other", PARENT, "look", after=None)
    action = {"call": "flow", "definition": "other", "inputs": {"topic": "${state.topic}"}}
    assert changed["methods"]["look"] == {"start": True, "do": action}


@pytest.mark.parametrize(
    ("name", "step"), [("market-brief", "market_brief"), ("First", "first_2"), ("2 go!", "step_2_go"), ("äö", "step")]
)
def test_a_name_becomes_one_that_a_step_can_have(name: str, step: str):
    """And is free."""
    assert suggested_step(PARENT, name) == step


@pytest.mark.parametrize("name", ["", "two words", "first"])
def test_what_cannot_be_a_step_is_refused(name: str):
    """Taken names too."""
    with pytest.raises(DocumentError):
        add_definition(PARENT, "brief", crew(), name, after=None)
