"""crewAI's own executor in an attempt: the same events, limits and errors as on our loop."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any
from unittest.mock import AsyncMock, patch

import pytest

from crewlab.errors import ModelCallError, ToolCallError
from crewlab.executions.events import (
    ModelCallCancelled,
    ModelCallEnded,
    ModelCallRetried,
    PlanMade,
    PlanStepEnded,
    ToolCallEnded,
    ToolCallFailed,
)
from tests.bridge.attempts import Attempt, in_context, one_task, opened, run
from tests.conftest import wait_until
from tests.model_server import ModelServer, call_tool, hang, say, status
from tests.parity.catalogue import LOOK_UP, calls, plans
from tests.parity.sides import Toolbox, made


@pytest.fixture(autouse=True)
def tools() -> Iterator[None]:
    """The tools of the parity cases."""
    with patch.multiple(Toolbox, open=AsyncMock(), tools=lambda _, names: made(names)):
        yield


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(reply=lambda _: "done") as server:
        yield server


def stock(server: ModelServer, *, agent: dict[str, Any] | None = None, **task: Any) -> dict[str, Any]:
    document = one_task({"model": "openai/any", "base_url": server.url}, **task)
    document["agents"]["writer"].update(agent or {})
    return {**document, "executor": "crewai"}


@pytest.mark.parametrize("tool", ["Lookup", "Broken"])
def test_the_events_are_those_of_our_own_loop(tool):
    """Kind by kind, with the same agent, task, tokens, arguments and results."""

    def events(executor: str) -> list[Any]:
        name = {"Lookup": "look_up", "Broken": "broken"}[tool]
        with ModelServer(reply=lambda _: "done") as server:
            server.script(call_tool(name, {"words": "tea"}))
            attempt = run({**stock(server, tools=[tool]), "executor": executor})
        left_out = {"call_id", "occurred_at", "started_at", "parameters", "error"}
        return [event.model_dump(exclude=left_out) for event in attempt.events]

    assert events("crewai") == events("crewlab")


def test_requests_that_fail_for_a_moment_are_sent_again(server):
    """The one retry layer is under crewAI's executor, too."""
    server.script(status(429, retry_after=0))
    attempt = run(stock(server))
    assert attempt.error is None
    assert [event.status for event in attempt.of(ModelCallRetried)] == [429]
    assert len(server.requests) == 2


def test_a_request_that_is_refused_fails_the_task_once(server):
    """crewAI's own repetitions are off."""
    server.script(*[status(401)] * 5)
    attempt = run(stock(server))
    assert isinstance(attempt.error, ModelCallError)
    assert len(server.requests) == 1


def test_a_cancel_drops_the_request_and_nothing_more_is_asked(server):
    """The thread of crewAI ends at its next step, and pays for nothing."""
    server.script(hang())

    async def cancelled(attempt: Attempt) -> None:
        async with opened(stock(server), record=attempt.events.append) as crew:
            work = asyncio.create_task(crew.run_task(0, {}))
            await asyncio.to_thread(wait_until, lambda: bool(server.requests), "the request has come")
            work.cancel()
            await asyncio.wait([work])
            assert work.cancelled()

    attempt = in_context(cancelled)
    assert attempt.error is None
    assert len(attempt.of(ModelCallCancelled)) == 1
    wait_until(lambda: server.requests[0].dropped_by_client, "the request is dropped")
    assert len(server.requests) == 1


def test_a_coworker_works_on_it_too():
    """Delegation is recorded as the call of a tool, and the coworker's calls as the coworker's."""
    with ModelServer(reply=lambda _: "done") as server:
        server.script(
            call_tool("delegate_work_to_coworker", {"coworker": "Helper", "task": "x", "context": "y"}), say("helped")
        )
        document = stock(server, agent={"allow_delegation": True})
        document["agents"]["helper"] = {"role": "Helper", "goal": "Help", "backstory": "Kind."}
        attempt = run(document)
    assert attempt.error is None
    assert [call.agent for call in attempt.of(ModelCallEnded)] == ["writer", "helper", "writer"]
    assert [call.result for call in attempt.of(ToolCallEnded)] == ["helped"]


def test_a_failing_tool_ends_the_task_where_its_policy_says_so(server):
    """crewAI decides that; the error is one of ours."""
    server.script(call_tool("broken", {"words": "tea"}))
    attempt = run(stock(server, agent={"tool_failure_policy": "raise"}, tools=["Broken"]))
    assert isinstance(attempt.error, ToolCallError)
    assert len(attempt.of(ToolCallFailed)) == 1
    assert len(server.requests) == 1


def test_a_conversation_that_may_not_be_shortened_is_a_readable_error(server):
    """crewAI would end the program."""
    server.script(
        call_tool("look_up", {"words": "tea"}), status(400, "This model's maximum context length is 10 tokens")
    )
    attempt = run(stock(server, agent={"respect_context_window": False}, tools=["Lookup"]))
    assert isinstance(attempt.error, ModelCallError)
    assert "context window" in attempt.error.message


def test_its_plans_are_events_of_ours():
    """Plans and steps are told in the same kinds of events, planning calls by their purpose and with their tokens."""
    left = iter([plans(1), "one", "made"])
    with ModelServer(reply=lambda _: next(left)) as server:
        attempt = run(stock(server, agent={"planning": True}))
    assert attempt.error is None
    assert [(event.plan, event.is_ready) for event in attempt.of(PlanMade)] == [("the plan", True)]
    assert [(event.step.number, event.result) for event in attempt.of(PlanStepEnded)] == [(1, "one")]
    assert [call.purpose for call in attempt.of(ModelCallEnded)] == ["planning", "agent", "agent"]
    assert all(call.input_tokens for call in attempt.of(ModelCallEnded))
    assert "unrecognised" not in attempt.kinds


def test_the_setting_counts_where_the_crew_names_none(server):
    """A crew's own choice goes first."""
    document = {name: value for name, value in stock(server, tools=["Lookup"]).items() if name != "executor"}
    for asked, chosen in ((document, "crewai"), ({**document, "executor": "crewlab"}, "crewlab")):
        with patch("crewlab.bridge.agents.crew_agent.on_stock", side_effect=RuntimeError("crewAI's")) as used:
            run(asked, executor="crewai")
        assert bool(used.called) == (chosen == "crewai")


def test_tools_that_were_called_in_one_answer_are_all_recorded():
    """crewAI runs them on threads of its own at once."""
    left = iter([calls(("look_up", {"words": "a"}), ("look_up", {"words": "b"})), LOOK_UP, "done"])
    with ModelServer(reply=lambda _: next(left)) as server:
        attempt = run(stock(server, tools=["Lookup"]))
    assert attempt.error is None
    assert sorted(call.arguments["words"] for call in attempt.of(ToolCallEnded)) == ["a", "b", "tea"]


@pytest.mark.parametrize("model", ["openai/any", "openai/o1-text"])
def test_a_person_may_answer_what_it_said(model):
    """The conversation ends with the answer, whichever way the model uses tools, and goes on from there."""

    async def go_on(attempt: Attempt) -> None:
        async with opened(document, record=attempt.events.append) as crew:
            first = await crew.run_task(0, {})
            assert first.conversation[-1] == {"role": "assistant", "content": "done"}
            attempt.outcomes[0] = await crew.run_task(0, {}, feedback="Shorter", conversation=first.conversation)

    with ModelServer(reply=lambda _: "done") as server:
        document = stock(server, tools=["Lookup"])
        document["llm"]["model"] = model
        attempt = in_context(go_on)
    assert attempt.error is None
    assert "Shorter" in server.requests[1].body["messages"][-1]["content"]
    assert len(server.requests) == 2
