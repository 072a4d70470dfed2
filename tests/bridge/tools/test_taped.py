"""Results of tools, recorded and given again."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from crewai.tools import BaseTool
from crewai.tools.tool_failure import ToolFailure

from crewlab.bridge.cassettes import Deck
from crewlab.bridge.cassettes.tape import Tape
from crewlab.bridge.journal import Journal
from crewlab.bridge.tools.call import ToolCall
from crewlab.bridge.tools.taped import RecordedFailure, taped
from crewlab.executions.cassette import Cassette


class Look(BaseTool):
    name: str = "look"
    description: str = "Looks"

    def _run(self) -> str:
        return "unused"


def use(path: Path, cassette: Cassette, run: Any = None, **how: bool) -> tuple[Any, ToolCall]:
    """The result of one use under a cassette; `run` stands for the body of the tool."""
    tape = Tape(path, str)
    tape.refresh()
    call = ToolCall(Journal(lambda _: None, "e", 1), "look", {"at": "door"}, "agent")
    return asyncio.run(taped(Deck(cassette, tape, None, str), call, Look(), run, **how)), call


def gives(result: Any) -> Any:
    async def run() -> Any:
        if isinstance(result, BaseException):
            raise result
        return result

    return run


@pytest.mark.parametrize("result", ["seen", "half a \ud83d character", 42, ToolFailure(message="locked")])
def test_a_result_comes_again_as_the_model_was_told(tmp_path: Path, result: Any):
    """Text, other values and reported failures; the tool does not run."""
    live, recorded = use(tmp_path / "a.jsonl", Cassette.record("a"), gives(result))
    again, replayed = use(tmp_path / "a.jsonl", Cassette.replay("a"))
    assert live == result
    expected = result if isinstance(result, ToolFailure) else str(result).replace("\ud83d", "\ufffd")
    assert again == expected
    assert (recorded.is_replay, replayed.is_replay) == (False, True)


def test_a_value_comes_again_as_it_was(tmp_path: Path):
    """Where it is not for a model to read: later steps of a flow read its fields."""
    use(tmp_path / "a.jsonl", Cassette.record("a"), gives({"n": [1]}), keeps_values=True)
    again, _ = use(tmp_path / "a.jsonl", Cassette.replay("a"), keeps_values=True)
    assert again == {"n": [1]}


def test_what_a_tool_raised_is_raised_again(tmp_path: Path):
    """With the same words, so that the model is told the same."""
    with pytest.raises(KeyError):
        use(tmp_path / "a.jsonl", Cassette.record("a"), gives(KeyError("door")))
    with pytest.raises(RecordedFailure, match="door"):
        use(tmp_path / "a.jsonl", Cassette.replay("a"))


def test_a_time_limit_is_not_recorded(tmp_path: Path):
    """Another time the tool may be in time."""
    with pytest.raises(TimeoutError):
        use(tmp_path / "a.jsonl", Cassette.record("a"), gives(TimeoutError()))
    assert not (tmp_path / "a.jsonl").exists()
