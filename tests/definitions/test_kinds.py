"""Crews and flows are told apart by their document."""

from __future__ import annotations

from typing import Any

import pytest

from crewlab.definitions.kinds import kind_of


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        ({"schema": "crewai.flow/v1", "name": "a"}, "flow"),
        ({"name": "a", "methods": {}}, "flow"),
        ({"name": "a", "agents": {}, "tasks": []}, "crew"),
        ({"schema": "something else"}, "crew"),
        ({}, "crew"),
        ("text", "crew"),
    ],
)
def test_a_flow_says_so_or_has_methods(document: Any, kind: str):
    """Nothing else makes a flow, and nothing is raised."""
    assert kind_of(document) == kind
