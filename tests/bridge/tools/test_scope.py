"""Tests for crewlab.bridge.tools.scope: variables of one tool, seen by nobody else, and no questions."""

from __future__ import annotations

import builtins
import contextvars
import os
import threading

import click
import pytest

from crewlab.bridge.tools.scope import tool_scope

NAME = "CREWLAB_TEST_SCOPED"


def test_a_variable_is_there_within_and_gone_afterwards() -> None:
    """`os.environ` and `os.getenv` both see it; a copy for a new process does not."""
    with tool_scope({NAME: "mine"}):
        assert (os.environ[NAME], os.getenv(NAME), NAME in os.environ) == ("mine", "mine", True)
        assert NAME not in dict(os.environ.copy())
    assert os.getenv(NAME) is None


def test_another_thread_sees_its_own_variable_only() -> None:
    """Two tools at once, with two keys of the same name."""
    meeting, seen = threading.Barrier(2, timeout=60), {}

    def use(value: str) -> None:
        with tool_scope({NAME: value}):
            meeting.wait()
            seen[value] = os.environ[NAME]
            meeting.wait()

    threads = [threading.Thread(target=contextvars.copy_context().run, args=(use, value)) for value in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert seen == {"a": "a", "b": "b"}


def test_a_question_is_an_error_within_and_everything_is_put_back() -> None:
    """A tool that wants to install something says what; others may ask as before."""
    before = (type(os.environ), click.confirm, builtins.input)
    with tool_scope({}):
        with pytest.raises(ImportError, match="missing the 'x' package"):
            click.confirm("You are missing the 'x' package. Would you like to install it?")
        with pytest.raises(ImportError):
            builtins.input("Really?")
    assert (type(os.environ), click.confirm, builtins.input) == before
