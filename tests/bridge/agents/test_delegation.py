"""Agents that give work to each other, and managers who give all of it away."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from crewlab.bridge.rehearsal.answers import Answer, ToolCall
from crewlab.errors import ModelCallError
from crewlab.executions.events import ModelCallCompleted, ModelCallEnded, ToolCallCompleted
from tests.bridge.attempts import Attempt, in_context, opened, run
from tests.model_server import Body, ModelServer, hold, status, together


def crew(llm: Any, **more: Any) -> dict[str, Any]:
    return {
        "name": "team",
        "llm": llm,
        "agents": {
            "lead": {"role": "Lead", "goal": "Lead", "backstory": "b", "allow_delegation": True},
            "expert": {"role": "Domain Expert", "goal": "Know", "backstory": "b"},
        },
        "tasks": [{"name": "solve", "description": "Solve it", "expected_output": "x", "agent": "lead"}],
        **more,
    }


def delegation(coworker: str, work: str = "Look into it", call_id: str = "c0") -> ToolCall:
    return ToolCall(
        call_id, "delegate_work_to_coworker", {"task": work, "context": "All there is", "coworker": coworker}
    )


def says(lead: Any, expert: Any = "The cause is X") -> Any:
    """A `reply`: the lead asks once, then concludes; the expert answers."""

    def reply(body: Body) -> Answer | str:
        system = str(body["messages"][0]["content"])
        if "Domain Expert" in system.split("\n")[0]:
            return expert
        return "Solved" if any(message["role"] == "tool" for message in body["messages"]) else lead

    return reply


def llm(server: ModelServer, model: str = "any") -> dict[str, str]:
    return {"model": f"openai/{model}", "base_url": server.url}


def test_delegated_work_is_done_recorded_and_attributed():
    """The coworker's calls carry its name and the task that is being worked on."""
    with ModelServer(reply=says(Answer(tool_calls=(delegation("Domain Expert"),)))) as server:
        attempt = run(crew(llm(server)))
    assert attempt.error is None
    assert [(call.agent, call.task_name) for call in attempt.of(ModelCallCompleted)] == [
        ("lead", "solve"),
        ("expert", "solve"),
        ("lead", "solve"),
    ]
    assert attempt.of(ToolCallCompleted)[0].result == "The cause is X"
    assert "Look into it" in server.requests[1].text
    assert "All there is" in server.requests[1].text


def test_two_delegations_to_the_same_coworker_run_at_once():
    """The coworker is copied: an agent of crewAI can do one thing at a time."""
    both = Answer(tool_calls=(delegation("Domain Expert", "one", "c0"), delegation("Domain Expert", "two", "c1")))
    with ModelServer(reply=says(both)) as server:
        server.script(*together(2), about="All there is")
        attempt = run(crew(llm(server)))
    assert attempt.error is None
    assert server.most_at_once == 2
    assert len(attempt.of(ToolCallCompleted)) == 2


def test_a_loop_goes_on_while_a_coworker_thinks():
    """Neither the loop nor a thread of the tool pool waits for delegated work."""

    async def no_pool(function: Any, *, timeout_seconds: float) -> Any:
        raise AssertionError("delegation took a thread")

    with ModelServer(reply=says(Answer(tool_calls=(delegation("Domain Expert"),)))) as server:
        server.script(hold(), about="All there is")

        async def work(attempt: Attempt) -> None:
            async with opened(crew(llm(server)), record=attempt.events.append, run_blocking=no_pool) as built:
                task = asyncio.ensure_future(built.run_task(0, {}))
                while not server.requests_about("All there is"):  # noqa: ASYNC110 - the beat of the loop is the point
                    await asyncio.sleep(0.01)
                server.release()
                await task

        assert in_context(work).error is None


def test_a_coworker_nobody_knows_is_told_to_the_model():
    """The model hears who there is."""
    with ModelServer(reply=says(Answer(tool_calls=(delegation("Wizard"),)))) as server:
        attempt = run(crew(llm(server)))
    assert attempt.error is None
    assert "domain expert" in (attempt.of(ToolCallCompleted)[0].result or "")


def test_an_agent_cannot_delegate_to_itself():
    """The tools name everybody else."""
    with ModelServer(reply=says("Solved")) as server:
        run(crew(llm(server)))
    described = json.dumps(server.requests[0].body["tools"])
    assert "Domain Expert" in described
    assert "coworkers: Lead" not in described


def test_a_coworker_whose_model_fails_fails_the_task():
    """An error must not reach the delegating model as if it were an answer."""
    with ModelServer(reply=says(Answer(tool_calls=(delegation("Domain Expert"),)))) as server, ModelServer() as other:
        other.script(status(401))
        document = crew(llm(server))
        document["agents"]["expert"]["llm"] = {"model": "openai/other", "base_url": other.url}
        attempt = run(document)
    assert isinstance(attempt.error, ModelCallError)
    assert attempt.error.status == 401
    assert attempt.kinds[-2:] == ["model_call_failed", "tool_call_failed"]


def test_cancelling_ends_delegated_calls_too():
    """The whole tree of calls is closed, and the coworker's request is dropped."""

    def reply(_: Body) -> Answer:
        server.latency_seconds = 30
        return Answer(tool_calls=(delegation("Domain Expert"),))

    with ModelServer(reply=reply) as server:

        async def work(attempt: Attempt) -> None:
            async with opened(crew(llm(server)), record=attempt.events.append) as built:
                task = asyncio.ensure_future(built.run_task(0, {}))
                await asyncio.to_thread(server.wait_for_requests, 2)
                task.cancel()
                await asyncio.wait([task])

        attempt = in_context(work)
    assert attempt.kinds[-2:] == ["model_call_cancelled", "tool_call_cancelled"]


def test_a_manager_may_ask_the_agent_of_the_task_or_everybody():
    """A task's own agent is the only coworker; a task without one may go to anybody. It has a model of its own."""
    document = crew(None, process="hierarchical", manager_llm=None)
    document["tasks"].append({"name": "open", "description": "Anybody", "expected_output": "x"})
    with ModelServer(reply=lambda _: "done") as server:
        document |= {"llm": llm(server), "manager_llm": llm(server, "leading")}
        attempt = run(document)
    first, second = (json.dumps(request.body["tools"]) for request in server.requests)
    assert "Lead" in first
    assert "Domain Expert" not in first
    assert "Lead, Domain Expert" in second
    assert {(call.agent, call.purpose) for call in attempt.of(ModelCallEnded)} == {("manager", "manager")}
    assert {request.body["model"] for request in server.requests} == {"leading"}


def test_a_manager_of_the_document_manages():
    """`manager_agent` names the one who delegates, and is nobody's coworker."""
    document = crew(None, process="hierarchical", manager_agent="lead")
    del document["tasks"][0]["agent"]
    with ModelServer(reply=lambda _: "done") as server:
        attempt = run(document | {"llm": llm(server)})
    assert attempt.error is None
    assert "coworkers: Domain Expert" in json.dumps(server.requests[0].body["tools"])
    assert attempt.of(ModelCallEnded)[0].agent == "lead"
