"""Traces of real executions, as an OpenTelemetry receiver gets them."""

from __future__ import annotations

import uuid

import pytest
from pydantic import SecretStr

from crewlab.bridge.rehearsal.answers import Answer, ToolCall
from crewlab.lab import Lab
from crewlab.settings import Settings
from crewlab.store import Store
from tests import factories
from tests.conftest import wait_until
from tests.model_server import ModelServer
from tests.otlp_receiver import OtlpReceiver, attributes, is_error

SLOW = {"model": "rehearsal/plain", "latency_seconds": 30}
QUICK = {"model": "rehearsal/plain", "latency_seconds": 0}
FAILING = {"model": "rehearsal/plain", "latency_seconds": 0, "error_rate": 1}


def crew(llm, *names, **more):
    agent = {"role": "Analyst", "goal": "g", "backstory": "b", "llm": llm}
    tasks = [
        {"name": name, "description": f"{name} {{topic}}", "expected_output": "x", "agent": "one"} for name in names
    ]
    return {"name": "traced", "agents": {"one": agent}, "tasks": tasks, **more}


@pytest.fixture
def receiver():
    with OtlpReceiver() as running:
        yield running


@pytest.fixture
def settings(data, receiver):
    return Settings.from_environment(None, otlp_endpoint=receiver.url, retry_wait_seconds=0)


@pytest.fixture
def lab(settings):
    with Lab.open(settings=settings, serve_queue=True) as opened:
        yield opened


def test_a_completed_execution_is_a_tree(lab, receiver):
    """Workflow, agents, chats; tokens on the chats alone; ids of execution and attempt everywhere."""
    done = lab.run(crew(QUICK, "first", "second"), {"topic": "tea"})
    (trace,) = receiver.attempts(1)
    trace.require_whole()
    assert trace.root.trace_id == uuid.UUID(done.execution_id).bytes
    assert trace.root.name == "invoke_workflow traced"
    assert attributes(trace.root)["crewlab.status"] == "completed"
    agents, chats = trace.of("invoke_agent"), trace.of("chat")
    assert [attributes(one)["crewlab.task.name"] for one in agents] == ["first", "second"]
    assert {trace.parent(one).span_id for one in agents} == {trace.root.span_id}
    assert [trace.parent(one) for one in chats] == agents
    assert sum(attributes(one)["gen_ai.usage.input_tokens"] for one in chats) == done.usage.input_tokens
    assert [one for one in trace.spans if "gen_ai.usage.input_tokens" in attributes(one)] == chats
    assert attributes(chats[0])["gen_ai.request.model"] == "rehearsal/plain"
    assert attributes(chats[0])["gen_ai.provider.name"] == "crewlab.rehearsal"
    assert {attributes(one)["crewlab.execution.id"] for one in trace.spans} == {done.execution_id}
    assert not any(map(is_error, trace.spans))
    assert not [key for one in trace.spans for key in attributes(one) if "messages" in key]


def test_a_failed_execution_says_where(lab, receiver):
    """The call, its task and the whole are errors, each with its type."""
    lab.run(crew(FAILING, "first", "second"), {"topic": "tea"})
    (trace,) = receiver.attempts(1)
    trace.require_whole()
    assert [one.name for one in trace.spans if is_error(one)] == [
        "invoke_workflow traced",
        "invoke_agent one",
        "chat rehearsal/plain",
    ]
    assert attributes(trace.of("chat")[0])["error.type"] == "ModelCallError"
    assert trace.of("chat")[0].events[0].name == "retry"


@pytest.mark.parametrize("how", ["cancelled", "timed_out", "interrupted"])
def test_whatever_was_stopped_is_closed(data, settings, receiver, how):
    """Cancelled, out of time, or stopped with the program: no span is left open, and none is missing."""
    with Lab.open(settings=settings, serve_queue=True) as lab:
        limit = 0.3 if how == "timed_out" else None
        handle = lab.launch(crew(SLOW, "first", "second"), {"topic": "tea"}, timeout_seconds=limit)
        if how != "timed_out":
            wait_until(
                lambda: any(e.kind == "model_call_started" for _, e in lab.events(handle.execution_id)), "a call"
            )
        if how == "cancelled":
            handle.cancel()
        if how == "timed_out":
            handle.wait()
        lab.close(60)  # on a slow machine too: what is left of the time is for sending
    (trace,) = receiver.attempts(1)
    trace.require_whole()
    root = attributes(trace.root)
    assert (root.get("crewlab.reason") or root["crewlab.status"]) == how
    assert is_error(trace.root) == (how != "cancelled")
    names = [one.name for one in trace.spans[1:]]
    opened = len(names) if how == "timed_out" else 2  # the time may be over before anything is asked
    assert names == ["invoke_agent one", "chat rehearsal/plain"][:opened]
    assert {attributes(one)["crewlab.outcome"] for one in trace.of("chat")} <= {"cancelled"}


def test_a_resumed_execution_is_one_trace_of_linked_attempts(lab, receiver):
    """The second attempt has the same trace id, and points at the first."""
    first = lab.run(crew(QUICK, "first", "second"), {"topic": "tea"}, max_tokens=1)
    lab.resume(first.execution_id, max_tokens=100_000)
    one, two = sorted(receiver.attempts(2), key=lambda trace: attributes(trace.root)["crewlab.attempt"])
    for trace in (one, two):
        trace.require_whole()
    assert one.root.trace_id == two.root.trace_id
    assert [(link.trace_id, link.span_id) for link in two.root.links] == [(one.root.trace_id, one.root.span_id)]
    assert attributes(one.root)["error.type"] == "over_budget"
    assert attributes(two.root)["crewlab.status"] == "completed"


def test_parallel_tasks_keep_their_calls(lab, receiver):
    """Each chat is under the task that made it, however they overlap."""
    llm = {"model": "rehearsal/plain", "latency_seconds": 0.05}
    document = crew(llm, "a", "b", "c", process="parallel")
    for task in document["tasks"]:
        task["context"] = []
    lab.run(document, {"topic": "tea"})
    (trace,) = receiver.attempts(1)
    trace.require_whole()
    names = [
        (attributes(one)["crewlab.task.name"], attributes(trace.parent(one))["crewlab.task.name"])
        for one in trace.of("chat")
    ]
    assert sorted(names) == [("a", "a"), ("b", "b"), ("c", "c")]


def test_delegated_work_is_inside_the_call_that_delegated_it(lab, receiver, monkeypatch):
    """Lead, its tool call, the coworker, the coworker's chat: one below the other."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-0123456789")
    arguments = {"task": "Look into it", "context": "All there is", "coworker": "Domain Expert"}

    def reply(body):
        if "Domain Expert" in str(body["messages"][0]["content"]).split("\n")[0]:
            return "The cause is X"
        asked = ToolCall("c0", "delegate_work_to_coworker", arguments)
        return "Solved" if any(one["role"] == "tool" for one in body["messages"]) else Answer(tool_calls=(asked,))

    with ModelServer(reply=reply) as server:
        document = crew({"model": "openai/any", "base_url": server.url}, "solve")
        document["agents"]["one"] |= {"role": "Lead", "allow_delegation": True}
        document["agents"]["expert"] = {**document["agents"]["one"], "role": "Domain Expert", "allow_delegation": False}
        done = lab.run(document, {"topic": "tea"})
    assert done.status == "completed", done.error
    (trace,) = receiver.attempts(1)
    trace.require_whole()
    (inner,) = [one for one in trace.of("chat") if attributes(one)["gen_ai.agent.name"] == "expert"]
    coworker = trace.parent(inner)
    tool, task = trace.parent(coworker), trace.parent(trace.parent(coworker))
    assert [one.name for one in (coworker, tool, task)] == [
        "invoke_agent expert",
        "execute_tool Delegate work to coworker",
        "invoke_agent one",
    ]
    assert tool.start_time_unix_nano <= coworker.start_time_unix_nano
    assert coworker.end_time_unix_nano <= tool.end_time_unix_nano


def test_content_is_sent_only_on_request_and_without_secrets(data, settings, receiver, monkeypatch):
    """With the switch, prompts and answers are there, and known secrets are masked in them; headers are filled in."""
    sent_along = SecretStr("x-team=blue, authorization=Bearer ${secret:OTLP_TOKEN}")
    more = {"otlp_content": True, "otlp_headers": sent_along}
    monkeypatch.setenv("OTLP_TOKEN", "token-0123456789")
    with Lab.open(settings=settings.model_copy(update=more)) as lab:
        lab.secrets.set("PLANTED_API_KEY", "sk-planted-0123456789")
        with ModelServer(reply=lambda body: "The key is sk-planted-0123456789.") as server:
            lab.run(crew({"model": "openai/any", "base_url": server.url}, "first"), {"topic": "tea"})
        (trace,) = receiver.attempts(1)
    told = attributes(trace.of("chat")[0])
    assert "first tea" in told["gen_ai.input.messages"]
    assert "The key is •••" in told["gen_ai.output.messages"]
    assert "sk-planted" not in str(trace.spans)
    assert receiver.headers[0]["x-team"] == "blue"
    assert receiver.headers[0]["authorization"] == "Bearer token-0123456789"


def test_what_a_dead_process_left_behind_is_closed_at_the_next_start(data, settings, receiver):
    """Nobody was there to say how it ended; recovery does."""
    store = Store.open(data)
    factories.running_execution(store)
    store.close()
    with Lab.open(settings=settings):
        (trace,) = receiver.attempts(1)
    trace.require_whole()
    assert attributes(trace.root)["crewlab.status"] == "interrupted"


@pytest.mark.parametrize("status", [None, 500, 503])
def test_a_receiver_that_is_dead_or_refuses_harms_nobody(data, status):
    """Executions complete, nothing is left to wait for at the end, and the state says what is wrong."""
    with OtlpReceiver(status or 200) as receiver:
        url = receiver.url if status else "http://127.0.0.1:9"
        settings = Settings.from_environment(None, otlp_endpoint=url)
        with Lab.open(settings=settings) as lab:
            done = lab.run_each(crew(QUICK, "first"), [{"topic": str(number)} for number in range(5)])
            assert {one.status for one in done} == {"completed"}
            wait_until(lambda: lab.trace_export().dropped == 5, "all to be given up")
            state, thread = lab.trace_export(), lab._traces._thread
        wait_until(lambda: not thread.is_alive(), "the thread that sends to end")
        assert (state.sent, state.waiting) == (0, 0)
        assert url in state.problem
        assert receiver.requests == {None: 0, 500: 5, 503: 10}[status]


def test_nothing_is_exported_unless_it_is_asked_for(data, monkeypatch):
    """Off by default: no listener, no thread."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    with Lab.open() as lab:
        lab.run(crew(QUICK, "first"), {"topic": "tea"})
        assert (lab.trace_export().endpoint, lab._traces._thread) == ("", None)


def test_a_flow_is_one_trace_with_what_it_runs(lab, receiver):
    """Steps under the flow, the crew under its step, the agent's call under its own: one tree of one trace."""
    inner = crew(QUICK, "first")
    agent = {"role": "Editor", "goal": "g", "backstory": "b", "llm": QUICK, "input": "Sum up ${outputs.work.raw}"}
    flow = {
        "schema": "crewai.flow/v1",
        "name": "traced flow",
        "methods": {
            "work": {"start": True, "do": {"call": "crew", "with": inner, "inputs": {"topic": "tea"}}},
            "edit": {"listen": "work", "do": {"call": "agent", "with": agent}},
        },
    }
    done = lab.run(flow)
    wait_until(lambda: len(receiver.spans) >= 7, "the spans of the flow and its crew to arrive")
    (trace,) = receiver.attempts(1)
    trace.require_whole()
    assert trace.root.trace_id == uuid.UUID(done.execution_id).bytes
    steps = {attributes(one)["crewlab.step.name"]: one for one in trace.of("invoke_step")}
    assert {trace.parent(one).span_id for one in steps.values()} == {trace.root.span_id}
    (child,) = [one for one in trace.of("invoke_workflow") if one is not trace.root]
    assert trace.parent(child) is steps["work"]
    first, second = trace.of("chat")
    assert {trace.parent(first).name, trace.parent(second).name} == {"invoke_agent one", "invoke_step edit"}
