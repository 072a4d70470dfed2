"""A tool that a step of a flow calls: recorded, limited and refused like any other."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from crewlab.bridge import load
from crewlab.definitions.library.tool_records import ToolRecord, snapshot
from crewlab.errors import BuildError, ToolCallError, UnknownToolError
from crewlab.executions.events import ToolCallCancelled, ToolCallCompleted, ToolCallFailed, ToolCallStarted
from tests.bridge.attempts import Attempt, in_context, request_for

load()

from crewai.tools import BaseTool  # noqa: E402 - after load(), which settles its environment
from crewai.tools.tool_failure import ToolFailure  # noqa: E402 - as above


class Odd(BaseTool):
    """Returns, or does, what a test wants."""

    name: str = "Odd"
    description: str = "Odd"
    act: Callable[[], Any]

    def _run(self, **_: Any) -> Any:
        return self.act()


def called(ref: str, arguments: dict[str, Any], act: Callable[[], Any] | None = None, **changes: Any) -> Attempt:
    """The call of a tool; what it returned is the attempt's `final`, whatever its type."""

    recorded: list[Any] = []
    request = request_for({}, record=recorded.append, **changes)
    request.files.mkdir(parents=True)
    Path(request.files, "a.csv").write_text("x\n1\n")

    async def step(attempt: Attempt) -> None:
        attempt.events = recorded
        attempt.final = await load().call_tool(request, "look", ref, arguments)

    if act is None:
        return in_context(step)
    with patch("crewlab.bridge.tools.making.construct", lambda *_: Odd(act=act)):
        return in_context(step)


@pytest.mark.parametrize("ref", ["FileReadTool", "crewai_tools:FileReadTool"])
def test_a_tool_of_the_catalogue_is_called(ref: str):
    """By its name, or as crewAI writes it; in its folder, with its call recorded for the step."""
    attempt = called(ref, {"file_path": "a.csv"})
    assert attempt.final == "x\n1\n"
    [begun], [done] = attempt.of(ToolCallStarted), attempt.of(ToolCallCompleted)
    assert (begun.task_name, begun.agent, done.result, done.arguments) == (
        "look",
        None,
        "x\n1\n",
        {"file_path": "a.csv"},
    )


def test_a_record_is_called():
    """With the settings that the execution has kept."""
    record = ToolRecord(name="reader", type="FileReadTool", configuration={"file_path": "a.csv"})
    attempt = called("reader", {"file_path": "a.csv"}, tools={"reader": snapshot(record)})
    assert attempt.final == "x\n1\n"


def test_an_object_stays_one():
    """Later steps may read its fields."""
    attempt = called("FileReadTool", {}, lambda: {"n": [1, 2.5, None]})
    assert attempt.final == {"n": [1, 2.5, None]}  # type: ignore[comparison-overlap]  # see `called`


@pytest.mark.parametrize(
    ("act", "why", "seconds"),
    [
        (lambda: ToolFailure(message="nothing found"), "nothing found", 60),
        (lambda: 1 // 0, "zero", 60),
        (lambda: time.sleep(3), "longer than 0.2 s", 0.2),
    ],
    ids=["a reported failure", "an exception", "too late"],
)
def test_a_failure_is_an_error_in_words(act: Callable[[], Any], why: str, seconds: float):
    """There is no model that could be told of it."""
    attempt = called("FileReadTool", {}, act, tool_timeout_seconds=seconds)
    assert isinstance(attempt.error, ToolCallError)
    assert why in attempt.error.message
    assert "'look'" in attempt.error.message
    assert len(attempt.of(ToolCallFailed)) == 1


def test_arguments_that_do_not_fit_are_an_error():
    """The tool says what it takes."""
    attempt = called("FileReadTool", {"file_path": ["no"]})
    assert isinstance(attempt.error, ToolCallError)
    assert "file_path" in attempt.error.message


def test_an_unknown_tool_is_an_error():
    """Nothing is imported by name."""
    assert isinstance(called("os:system", {}).error, UnknownToolError)


def test_a_missing_key_is_an_error():
    """The same words as for a crew."""
    attempt = called("SerperDevTool", {"search_query": "tea"})
    assert isinstance(attempt.error, BuildError)
    assert "SERPER_API_KEY" in str(attempt.error)


def test_a_call_that_is_stopped_is_closed():
    """Its event says cancelled, and the caller is cancelled."""
    recorded: list[Any] = []
    let_go = threading.Event()

    async def stopped(_: Attempt) -> None:
        begun = asyncio.Event()

        def record(event: Any) -> None:
            recorded.append(event)
            begun.set()

        step = asyncio.create_task(load().call_tool(request_for({}, record=record), "look", "FileReadTool", {}))
        await begun.wait()
        step.cancel()
        with pytest.raises(asyncio.CancelledError):
            await step
        let_go.set()

    with patch("crewlab.bridge.tools.making.construct", lambda *_: Odd(act=lambda: let_go.wait(60))):
        assert in_context(stopped).error is None
    assert isinstance(recorded[-1], ToolCallCancelled)
