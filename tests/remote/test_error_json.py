"""Errors over HTTP."""

from __future__ import annotations

import json

import pytest

from crewlab import errors
from crewlab.definitions.problem import Problem
from crewlab.remote.error_json import error_from_json, error_to_json

PROBLEM = Problem(id="task.agent.unknown", where="tasks.a.agent", what="There is no agent b", hint="Add it.")


@pytest.mark.parametrize(
    "error",
    [
        errors.DefinitionNotFoundError("x", ["a", "b"]),
        errors.InvalidDefinitionError("x", [PROBLEM]),
        errors.IllegalTransitionError("id", "completed", "pending"),
        errors.MissingCredentialError("OPENAI_API_KEY", "gpt"),
        errors.ModelCallError("down", "wait", 503),
        errors.InputsError("No value.", "Give one."),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_caller_far_away_catches_the_same_error(error):
    """Class, sentence, hint and attributes survive the journey as JSON."""
    again = error_from_json(json.loads(json.dumps(error_to_json(error))))
    assert type(again) is type(error)
    assert vars(again) == vars(error)
    assert str(again) == str(error)


@pytest.mark.parametrize("kind", ["NewerError", "annotations", "__name__", None])
def test_an_unknown_class_is_a_remote_error(kind):
    """A newer app cannot make an older notebook fail in another way."""
    again = error_from_json({"type": kind, "message": "m", "hint": "h"})
    assert type(again) is errors.RemoteError
    assert (again.message, again.hint) == ("m", "h")
