"""Where an input came from, in words."""

from __future__ import annotations

import pytest

from crewlab.ui.components.executions.step_sources import source_told


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("", "constant"),
        ("${state.topic}", "state.topic"),
        ("${state.a} and ${outputs.find.raw}", "state.a, step find.raw"),
        ('${outputs.find.tasks["find it"].json_dict.url}', "task find it of find.json_dict.url"),
        ("${ state.", "${ state."),
    ],
)
def test_a_source_is_told_in_words(source: str, told: str):
    """A constant, a field of the state, a step, one task of a step; what cannot be read stays as it is."""
    assert source_told(source) == told
