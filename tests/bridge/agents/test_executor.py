"""The agent loop: tools asked for natively and in text, answers that cannot be read, rounds that run out."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from crewlab.bridge.rehearsal.answers import Answer, ToolCall
from crewlab.errors import ModelCallError, OutputError, ToolCallError
from crewlab.executions.events import ModelCallEnded, RoundKept, ToolCallCompleted, ToolCallEnded, ToolCallFailed
from tests.bridge.attempts import in_pool, one_task, run
from tests.model_server import Body, ModelServer, call_tool, status


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "orders.csv").write_text("id,total\n1,20\n2,30\n")
    (tmp_path / "notes.txt").write_text("all fine\n")
    return tmp_path


@pytest.fixture
def serve() -> Iterator[Callable[..., ModelServer]]:
    servers: list[ModelServer] = []

    def make(*answers: Answer | str, **options: Any) -> ModelServer:
        left = iter(answers)
        servers.append(ModelServer(reply=lambda _: next(left), **options))
        return servers[-1]

    yield make
    for server in servers:
        server.close()


def native(server: ModelServer, *, model: str = "openai/any", agent: dict[str, Any] | None = None, **task: Any) -> Body:
    document = one_task({"model": model, "base_url": server.url}, **task)
    document["agents"]["writer"].update(agent or {})
    return document


def calls(*wanted: tuple[str, dict[str, Any]]) -> Answer:
    return Answer(tool_calls=tuple(ToolCall(f"c{n}", name, arguments) for n, (name, arguments) in enumerate(wanted)))


def test_a_tool_is_called_and_its_result_reaches_the_model(serve, files):
    """One round with a tool: recorded whole, and the next request carries the result."""
    server = serve(calls(("read_a_files_content", {"file_path": "orders.csv"})), "two orders")
    attempt = run(native(server, tools=["FileReadTool"]), files=files)
    assert attempt.error is None
    call = attempt.of(ToolCallCompleted)[0]
    assert (call.agent, call.task_name, call.arguments) == ("writer", "write", {"file_path": "orders.csv"})
    assert "1,20" in (call.result or "")
    sent = server.requests[1].body["messages"]
    assert [message["role"] for message in sent[-2:]] == ["assistant", "tool"]
    assert "1,20" in sent[-1]["content"]
    assert attempt.outcomes[0].output == "two orders"


def test_several_calls_of_one_answer_run_together_and_answer_in_order(serve, files):
    """Both results come back under their own ids, in the order asked."""
    both = calls(
        ("read_a_files_content", {"file_path": "orders.csv"}), ("read_a_files_content", {"file_path": "notes.txt"})
    )
    server = serve(both, "done")
    attempt = run(native(server, tools=["FileReadTool"]), files=files)
    results = [message for message in server.requests[1].body["messages"] if message["role"] == "tool"]
    assert [result["tool_call_id"] for result in results] == ["c0", "c1"]
    assert "1,20" in results[0]["content"]
    assert "all fine" in results[1]["content"]
    assert len(attempt.of(ToolCallCompleted)) == 2


def test_a_tool_runs_off_the_loop(serve, files):
    """A tool body never holds the loop's thread."""
    threads: list[str] = []

    async def pool(function: Callable[[], Any], *, timeout_seconds: float) -> Any:
        threads.append(threading.current_thread().name)
        return await in_pool(function, timeout_seconds=timeout_seconds)

    server = serve(calls(("read_a_files_content", {"file_path": "orders.csv"})), "done")
    attempt = run(native(server, tools=["FileReadTool"]), files=files, run_blocking=pool)
    assert attempt.error is None
    assert len(threads) >= 1


def test_an_unknown_tool_is_told_to_the_model(serve, files):
    """The model hears which tools there are and goes on; the call is recorded as failed."""
    server = serve(calls(("search_the_web", {"query": "x"})), "then without")
    attempt = run(native(server, tools=["FileReadTool"]), files=files)
    assert attempt.outcomes[0].output == "then without"
    assert "There is no tool 'search_the_web'" in attempt.of(ToolCallFailed)[0].message
    assert "read_a_files_content" in server.requests[1].body["messages"][-1]["content"]


def test_a_tool_that_takes_too_long_is_given_up(serve, files):
    """The time limit of a tool is the model's to deal with, not the end of the task."""

    async def slow(function: Callable[[], Any], *, timeout_seconds: float) -> Any:
        if "run" in repr(function):
            raise TimeoutError
        return function()

    server = serve(calls(("read_a_files_content", {"file_path": "orders.csv"})), "without it")
    attempt = run(native(server, tools=["FileReadTool"]), files=files, run_blocking=slow, tool_timeout_seconds=0.5)
    assert attempt.outcomes[0].output == "without it"
    assert "longer than 0.5 s" in attempt.of(ToolCallFailed)[0].message


@pytest.mark.parametrize(
    "says",
    [{"agent": {"tool_failure_policy": "raise"}}, {"tool_failure_policy": "raise"}],
    ids=["of the agent", "of the task"],
)
def test_a_failing_tool_ends_the_task_only_if_its_policy_says_so(serve, files, says):
    """`tool_failure_policy: raise` turns a failed call into a failed task."""
    server = serve(calls(("search_the_web", {})), "unreached")
    attempt = run(native(server, **says, tools=["FileReadTool"]), files=files)
    assert isinstance(attempt.error, ToolCallError)
    assert len(server.requests) == 1


def test_the_same_call_again_and_again_is_stopped(serve, files):
    """An agent that makes no progress does not use up its rounds and the money."""
    server = serve(*[calls(("read_a_files_content", {"file_path": "orders.csv"}))] * 20)
    attempt = run(native(server, tools=["FileReadTool"]), files=files)
    assert isinstance(attempt.error, ToolCallError)
    assert "not making progress" in attempt.error.message
    assert len(server.requests) < 20


def test_arguments_that_are_no_json_are_told_to_the_model(serve, files):
    """A broken call is recorded and answered with what is wrong, and no tool runs."""
    bad = {"id": "c0", "type": "function", "function": {"name": "read_a_files_content", "arguments": "{file"}}

    class Broken(ToolCall):
        def as_message(self) -> dict[str, Any]:
            return bad

    server = serve(Answer(tool_calls=(Broken("c0", "read_a_files_content", {}),)), "fine")
    attempt = run(native(server, tools=["FileReadTool"]), files=files)
    assert attempt.outcomes[0].output == "fine"
    assert "Failed to parse" in server.requests[1].body["messages"][-1]["content"]
    assert [(call.tool, call.arguments) for call in attempt.of(ToolCallFailed)] == [("Read a file's content", "{file")]


TEXT = "openai/o1-like"  # crewAI asks models with such names for tools in text


def test_a_model_without_function_calling_uses_tools_in_text(serve, files):
    """Action and Action Input are read, the tool runs, the observation goes back."""
    server = serve(
        'Thought: look\nAction: read_a_files_content\nAction Input: {"file_path": "orders.csv"}',
        "Thought: done\nFinal Answer: two orders",
    )
    attempt = run(native(server, model=TEXT, tools=["FileReadTool"]), files=files)
    assert attempt.error is None
    assert "tools" not in server.requests[0].body
    assert attempt.of(ToolCallEnded)[0].arguments == {"file_path": "orders.csv"}
    assert any("1,20" in str(message["content"]) for message in server.requests[1].body["messages"])
    assert attempt.outcomes[0].output == "two orders"


def test_a_text_outside_the_format_is_the_answer(serve, files):
    """A model that answers plainly is not asked again and again for the format, as in crewAI."""
    attempt = run(native(serve("Two orders."), model=TEXT, tools=["FileReadTool"]), files=files)
    assert attempt.outcomes[0].output == "Two orders."


def test_when_the_rounds_are_used_up_one_last_call_asks_for_the_answer(serve, files):
    """`max_iter` ends with an answer from what is known, as in crewAI."""
    server = serve(
        calls(("read_a_files_content", {"file_path": "orders.csv"})),
        calls(("read_a_files_content", {"file_path": "notes.txt"})),
        "what I know",
    )
    attempt = run(native(server, agent={"max_iter": 2}, tools=["FileReadTool"]), files=files)
    assert attempt.outcomes[0].output == "what I know"
    assert "tools" not in server.requests[2].body
    assert len(attempt.of(ModelCallEnded)) == 3


def test_a_server_without_native_tools_gets_them_in_text(serve, files):
    """The first refusal switches this task to text; nothing else is lost."""
    server = serve("Thought: x\nFinal Answer: in text")
    server.script(status(400, "any does not support tools"))
    attempt = run(native(server, tools=["FileReadTool"]), files=files)
    assert attempt.error is None
    assert attempt.outcomes[0].output == "in text"
    assert "tools" not in server.requests[1].body


def test_a_conversation_that_is_too_long_is_summarised(files):
    """A full window costs calls for a summary, all recorded, and the task goes on."""
    replies = iter([calls(("read_a_files_content", {"file_path": "orders.csv"})), "<summary>short</summary>", "done"])
    too_long = status(400, "This model's maximum context length is 8192 tokens. Please reduce the length.")

    def reply(body: Body) -> Answer | str:
        if len(server.requests) == 1:
            server.script(too_long)
        return next(replies)

    with ModelServer(reply=reply) as server:
        attempt = run(native(server, tools=["FileReadTool"]), files=files)
    assert attempt.error is None
    assert [call.purpose for call in attempt.of(ModelCallEnded)] == ["agent", "agent", "other", "agent"]
    assert "short" in server.requests[-1].text
    assert "1,20" not in server.requests[-1].text


def test_a_prompt_that_never_fits_is_one_clear_error(serve):
    """There is nothing to shorten in a first question."""
    server = serve("unused")
    server.script(*[status(400, "This model's maximum context length is 10 tokens")] * 3)
    attempt = run(native(server))
    assert isinstance(attempt.error, ModelCallError)
    assert "context window" in attempt.error.message
    assert len(server.requests) == 1


def test_an_empty_answer_is_an_error(serve):
    """A model that says nothing has not done the task."""
    attempt = run(native(serve("")))
    assert isinstance(attempt.error, OutputError | ModelCallError)


def test_an_answer_fits_the_schema_or_the_task_fails(serve):
    """After one conversion that fits no better, the error names the fields."""
    schema = {"type": "object", "properties": {"category": {"type": "string"}}, "required": ["category"]}
    attempt = run(native(serve("no", "still no"), output_json=schema))
    assert isinstance(attempt.error, OutputError)
    assert "category" in attempt.error.message


def test_a_schema_and_tools_work_together(serve, files):
    """With tools the final text is read as the object; no extra call is needed when it fits."""
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    server = serve(calls(("read_a_files_content", {"file_path": "orders.csv"})), 'Here: {"n": 2}')
    attempt = run(native(server, tools=["FileReadTool"], output_json=schema), files=files)
    assert attempt.outcomes[0].output_json == {"n": 2}
    assert len(server.requests) == 2


def test_a_result_that_would_fill_the_window_is_put_aside_and_read_in_parts(tmp_path):
    """The model gets a preview and a tool to read more, which works; another attempt could not, so no round is kept."""
    (tmp_path / "long.csv").write_text("".join(f"{n},value {n}\n" for n in range(4000)))

    def reply(body: Body) -> Answer | str:
        if len(server.requests) == 1:
            return calls(("read_a_files_content", {"file_path": "long.csv"}))
        if len(server.requests) > 2:
            return "done"
        reader = next(tool["function"] for tool in body["tools"] if "read_a_files" not in tool["function"]["name"])
        path = re.search(r"relative file path `([^`]+)`", body["messages"][-1]["content"])
        assert path is not None
        field = next(name for name in reader["parameters"]["properties"] if "path" in name)
        return calls((reader["name"], {field: path.group(1), "start_line": 3001, "line_count": 2}))

    with ModelServer(reply=reply) as server:
        kept = {"checkpoint": {"on_events": ["llm_call_completed"]}}
        attempt = run({**native(server, tools=["FileReadTool"]), **kept}, files=tmp_path)
    assert attempt.error is None
    assert attempt.of(RoundKept) == []
    assert len(server.requests[1].text) < 20_000
    assert "3000,value 3000" in server.requests[2].body["messages"][-1]["content"]


def test_a_long_result_may_be_told_as_it_is(tmp_path):
    """Where an agent does without `use_better_compaction`."""
    (tmp_path / "long.csv").write_text("".join(f"{n},value {n}\n" for n in range(4000)))
    replies = iter([calls(("read_a_files_content", {"file_path": "long.csv"})), "done"])
    with ModelServer(reply=lambda _: next(replies)) as server:
        plain = {"use_better_compaction": False}
        assert run(native(server, agent=plain, tools=["FileReadTool"]), files=tmp_path).error is None
    assert len(server.requests[1].text) > 20_000


def test_a_conversation_that_may_not_be_shortened_fails_its_task(files):
    """Where an agent does without `respect_context_window`: no call is spent on a summary."""
    with ModelServer() as server:
        server.script(
            call_tool("read_a_files_content", {"file_path": "orders.csv"}),
            status(400, "This model's maximum context length is 8192 tokens."),
        )
        attempt = run(native(server, agent={"respect_context_window": False}, tools=["FileReadTool"]), files=files)
    assert "context window" in str(attempt.error)
    assert len(server.requests) == 2
