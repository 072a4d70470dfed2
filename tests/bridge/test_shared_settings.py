"""What a crew says for all of its agents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest.mock import AsyncMock, patch

import pytest

from crewlab.bridge import load
from crewlab.bridge.rehearsal.answers import Answer, ToolCall
from crewlab.errors import ToolCallError
from crewlab.executions.events import ToolCallCompleted
from tests.bridge.attempts import Attempt, one_task, run
from tests.model_server import ModelServer

load()

from crewai.tools import BaseTool  # noqa: E402 - after load(), which settles its environment
from crewai.tools.tool_failure import ToolFailure  # noqa: E402 - as above

from crewlab.bridge.tools.toolbox import Toolbox  # noqa: E402 - as above


class Look(BaseTool):
    """Counts how often it is used."""

    name: str = "look"
    description: str = "Looks"
    act: Callable[[], Any]

    def _run(self, **_: Any) -> Any:
        return self.act()


def crew(**fields: Any) -> dict[str, Any]:
    """Two agents, who each use the same tool in the same way, one after the other."""
    agents = {name: {"role": name, "goal": "Look", "backstory": "b", "tools": ["look"]} for name in ("one", "two")}
    tasks = [{"name": name, "description": "Look", "expected_output": "x", "agent": name} for name in agents]
    return {"name": "crew", "agents": agents, "tasks": tasks, **fields}


def looked(document: dict[str, Any], act: Callable[[], Any]) -> Attempt:
    """Both tasks, with a model that calls the tool once in each."""

    def reply(body: Any) -> Answer | str:
        done = any(message["role"] == "tool" for message in body["messages"])
        return "done" if done else Answer(tool_calls=(ToolCall("c0", "look", {}),))

    tools = patch.multiple(Toolbox, open=AsyncMock(), tools=lambda _, names: [Look(act=act) for _ in names])
    with ModelServer(reply=reply) as server, tools:
        return run({**document, "llm": {"model": "openai/any", "base_url": server.url}})


@pytest.mark.parametrize(
    ("fields", "uses"),
    [({}, 2), ({"cache": True}, 1), ({"cache": False}, 2)],
    ids=["nothing said", "shared", "off"],
)
def test_a_crew_may_share_what_tools_have_answered(fields: dict[str, Any], uses: int):
    """The second agent that asks the same is told the same, and the tool does not run again."""
    count: list[int] = []
    attempt = looked(crew(**fields), lambda: count.append(1) or "seen")  # type: ignore[func-returns-value]  # counts
    assert attempt.error is None
    assert len(count) == uses
    assert [call.from_cache for call in attempt.of(ToolCallCompleted)] == [False, uses == 1]


def test_an_agent_may_keep_out():
    """`cache: false` of an agent wins over the crew."""
    count: list[int] = []
    document = crew(cache=True)
    document["agents"]["two"]["cache"] = False
    looked(document, lambda: count.append(1) or "seen")  # type: ignore[func-returns-value]  # counts
    assert len(count) == 2


def test_an_agent_remembers_over_its_tasks():
    """`cache: true` of an agent is its own, and outlives a task."""
    count: list[int] = []
    document = crew()
    document["agents"]["one"]["cache"] = True
    document["tasks"] += [{**document["tasks"][0], "name": "again"}]
    attempt = looked(document, lambda: count.append(1) or "seen")  # type: ignore[func-returns-value]  # counts
    assert [call.from_cache for call in attempt.of(ToolCallCompleted)] == [False, False, True]
    assert len(count) == 2


@pytest.mark.parametrize(
    ("of_crew", "of_agent", "ends"),
    [("raise", None, True), ("raise", "warn", False), (None, None, False), (None, "raise", True)],
)
def test_the_crew_says_what_a_failing_tool_means(of_crew: str | None, of_agent: str | None, ends: bool):
    """For agents that say nothing; crewAI has the same order."""
    document = crew(tool_failure_policy=of_crew)
    document["agents"]["one"]["tool_failure_policy"] = of_agent
    document["agents"]["two"]["tool_failure_policy"] = "ignore"
    attempt = looked(document, lambda: ToolFailure(message="broken"))
    assert isinstance(attempt.error, ToolCallError) is ends


@pytest.mark.parametrize(("said", "streams"), [(True, True), (None, False)])
def test_a_crew_may_have_its_models_stream(said: bool | None, streams: bool):
    """Every request asks for a stream, and the answer is whole."""
    with ModelServer(reply=lambda _: "word by word") as server:
        attempt = run({**one_task({"model": "openai/any", "base_url": server.url}), "stream": said})
    assert attempt.final is not None
    assert attempt.final.output == "word by word"
    assert [bool(request.body.get("stream")) for request in server.requests] == [streams]
