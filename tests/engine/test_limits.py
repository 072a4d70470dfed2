"""Launch arguments: one list of names for every way of launching."""

from __future__ import annotations

from typing import Any

import pytest

from crewlab.api.requests import LaunchFields, LimitsRequest
from crewlab.definitions.arguments import require_known
from crewlab.engine.limits import checked, launch_options
from crewlab.errors import InputsError
from crewlab.executions.launch import LaunchArguments, LaunchOptions, Limits


def test_a_misspelt_argument_is_an_error_and_not_left_out():
    """Behind `**arguments` Python would not notice."""
    wrong: Any = {"max_token": 5}
    with pytest.raises(TypeError, match=r"max_token.*max_tokens"):
        launch_options(**wrong)
    with pytest.raises(TypeError, match="llm"):
        require_known({"llm": "rehearsal/plain"}, Limits)


def test_nothing_given_is_as_defined():
    """`None` is what a form sends for an empty field."""
    assert launch_options(llm=None, max_tokens=None) == LaunchOptions()


@pytest.mark.parametrize("name", ["timeout_seconds", "max_tokens", "max_cost_usd"])
@pytest.mark.parametrize("value", [0, -1, "20", True, float("nan"), float("inf")])
def test_a_limit_of_nothing_is_refused(name: str, value: Any):
    """A limit of 0 would end everything at once, and what is no number can be kept by nobody."""
    wrong: Any = {name: value}
    with pytest.raises(InputsError, match="is no limit"):
        launch_options(**wrong)


def test_tokens_are_whole():
    """Half a token is a mistake, also where an execution is resumed."""
    with pytest.raises(InputsError, match="is no limit"):
        checked({"max_tokens": 1.5})


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [({"cassette": "tape"}, "Cassette.record"), ({"planning": "maybe"}, "True or False"), ({"priority": "x"}, "whole")],
)
def test_an_argument_of_the_wrong_type_says_what_to_give(arguments: Any, hint: str):
    """Each with a hint of its own: what helps with a model does not help with a recording."""
    with pytest.raises(InputsError) as refused:
        launch_options(**arguments)
    assert hint in refused.value.hint


def test_the_api_and_the_snapshot_have_every_launch_argument():
    """What a notebook may ask for can be asked over HTTP, and is kept with the execution."""
    names = LaunchArguments.__annotations__.keys()
    assert LaunchFields.model_fields.keys() == names
    assert names <= LaunchOptions.model_fields.keys()
    assert LimitsRequest.model_fields.keys() == Limits.__annotations__.keys()


@pytest.mark.parametrize("arguments", [{"llm": 3}, {"llms": {"analyst": 3}}, {"llms": ["analyst"]}])
def test_a_model_of_the_wrong_type_is_refused_in_words(arguments: Any):
    """An error that a person can act on, before anything is looked up."""
    with pytest.raises(InputsError, match=rf"^{next(iter(arguments))}"):
        launch_options(**arguments)
