"""One attempt at a crew: contexts, guardrails, restored outcomes, files, and what cannot be built."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from crewlab.bridge import load
from crewlab.bridge.contract import GuardrailVerdict
from crewlab.errors import (
    BuildError,
    DocumentError,
    ExecutionError,
    InputsError,
    MissingCredentialError,
    OutputError,
    UnknownModelError,
    UnknownToolError,
)
from crewlab.executions.events import ModelCallCompleted, TaskRetried
from crewlab.executions.execution import StoredTask
from tests.bridge.attempts import Attempt, in_context, one_task, opened, request_for, run
from tests.model_server import Body, ModelServer, status, together

DIAMOND: dict[str, Any] = {
    "name": "diamond",
    "process": "parallel",
    "llm": "rehearsal/plain",
    "agents": {"writer": {"role": "Writer", "goal": "Write", "backstory": "b"}},
    "tasks": [
        {"name": "a", "description": "Task A about {topic}", "expected_output": "x", "agent": "writer", "context": []},
        {"name": "b", "description": "Task B", "expected_output": "x", "agent": "writer", "context": ["a"]},
        {"name": "c", "description": "Task C", "expected_output": "x", "agent": "writer", "context": ["a"]},
        {"name": "d", "description": "Task D", "expected_output": "x", "agent": "writer", "context": ["b", "c"]},
    ],
}


def test_the_tasks_say_how_they_will_run():
    """Names, dependencies and the descriptions with the inputs filled in."""
    crew = load().build(request_for(DIAMOND, {"topic": "tea"}))
    assert crew.process == "parallel"
    assert [task.depends_on for task in crew.tasks] == [(), (0,), (0,), (1, 2)]
    assert crew.tasks[0].description == "Task A about tea"


def test_each_task_reads_the_outputs_it_depends_on_and_no_others():
    """The context of a task is what its edges say."""

    def reply(body: Body) -> str:
        asked = re.search(r"Task ([A-D])", body["messages"][-1]["content"])
        return f"<{asked.group(1) if asked else '?'}>"

    with ModelServer(reply=reply) as server:
        document = {**DIAMOND, "llm": {"model": "openai/any", "base_url": server.url}}
        attempt = run(document, {"topic": "tea"})
    assert attempt.error is None
    asked = [request.body["messages"][-1]["content"] for request in server.requests]
    read = [[name for name in "ABCD" if f"<{name}>" in text] for text in asked]
    assert read == [[], ["A"], ["A"], ["B", "C"]]
    assert attempt.final is not None
    assert attempt.final.output == "<D>"


def test_texts_from_elsewhere_join_the_context_of_one_task():
    """A step of a flow may give a named task something more to read; the others do not see it."""
    with ModelServer(reply=lambda _: "out") as server:
        document = {**DIAMOND, "llm": {"model": "openai/any", "base_url": server.url}}
        run(document, {"topic": "tea"}, extra_context={"b": ["from another crew", "and one more"]})
    asked = [request.body["messages"][-1]["content"] for request in server.requests]
    assert ["from another crew" in text for text in asked] == [False, True, False, False]
    assert asked[1].index("out") < asked[1].index("from another crew") < asked[1].index("and one more")


def test_tasks_at_the_same_time_keep_their_own_names():
    """Calls of concurrent tasks of one agent are attributed to the right task."""
    with ModelServer() as server:
        for name, step in zip("BC", together(2), strict=True):
            server.script(step, about=f"Task {name}")
        document = {**DIAMOND, "llm": {"model": "openai/any", "base_url": server.url}}

        async def work(attempt: Attempt) -> None:
            async with opened(document, {"topic": "tea"}, record=attempt.events.append) as crew:
                first = {0: await crew.run_task(0, {})}
                async with asyncio.TaskGroup() as group:
                    for index in (1, 2):
                        group.create_task(crew.run_task(index, first))

        attempt = in_context(work)
    assert attempt.error is None
    assert server.most_at_once == 2
    for call in attempt.of(ModelCallCompleted):
        assert f"Task {(call.task_name or '?').upper()}" in call.messages[-1]["content"]


def test_a_refused_output_is_done_again_with_the_feedback():
    """The next run reads the context, what was wrong, and the output that was refused."""
    with ModelServer(reply=lambda _: "second try") as server:
        document = one_task({"model": "openai/any", "base_url": server.url}, guardrail="mentions honey")

        async def work(attempt: Attempt) -> None:
            async with opened(document, record=attempt.events.append) as crew:
                previous = crew.restore(
                    StoredTask(task_index=0, task_name="write", agent="writer", attempt=1, output="first try")
                )
                attempt.outcomes[0] = await crew.run_task(0, {}, feedback="No honey in it.", previous=previous)

        attempt = in_context(work)
    asked = server.requests[0].text
    assert "No honey in it." in asked
    assert "first try" in asked
    assert attempt.outcomes[0].output == "second try"


def test_a_guardrail_sees_rule_task_and_output():
    """One structured question, whose verdict is taken as it is."""
    verdict = '{"passed": true, "feedback": "nice"}'
    with ModelServer(reply=lambda _: verdict) as server:
        document = one_task({"model": "openai/any", "base_url": server.url}, guardrails=["is short", "is about bees"])

        async def work(attempt: Attempt) -> None:
            async with opened(document, record=attempt.events.append) as crew:
                assert crew.tasks[0].guardrails == ("is short", "is about bees")
                stored = StoredTask(task_index=0, task_name="write", agent="writer", attempt=1, output="Bees buzz.")
                assert await crew.check_guardrail(0, 1, crew.restore(stored)) == GuardrailVerdict(True, "")

        attempt = in_context(work)
    assert attempt.error is None
    request = server.requests[0]
    assert all(part in request.text for part in ("is about bees", "Write about bees", "Bees buzz."))
    assert request.body["response_format"]["type"] == "json_schema"
    assert [call.purpose for call in attempt.of(ModelCallCompleted)] == ["guardrail"]


def test_a_guardrail_without_a_verdict_is_an_error():
    """Neither passed nor failed: the model did not answer the question."""
    with ModelServer(reply=lambda _: "looks good to me") as server:
        document = one_task({"model": "openai/any", "base_url": server.url}, guardrail="is short")

        async def work(attempt: Attempt) -> None:
            async with opened(document, record=attempt.events.append) as crew:
                stored = StoredTask(task_index=0, task_name="write", agent="writer", attempt=1, output="x")
                await crew.check_guardrail(0, 0, crew.restore(stored))

        attempt = in_context(work)
    assert isinstance(attempt.error, OutputError)
    assert "no verdict" in attempt.error.message


def test_a_restored_outcome_is_read_like_a_fresh_one():
    """Tasks of an earlier attempt feed the ones that still have to run, without a call."""

    async def work(attempt: Attempt) -> None:
        async with opened(DIAMOND, {"topic": "tea"}, record=attempt.events.append) as crew:
            stored = StoredTask(task_index=0, task_name="a", agent="writer", attempt=1, output="OLD OUTPUT")
            attempt.outcomes[1] = await crew.run_task(1, {0: crew.restore(stored)})

    attempt = in_context(work)
    assert attempt.error is None
    assert "OLD OUTPUT" in attempt.of(ModelCallCompleted)[0].messages[-1]["content"]


def test_a_task_of_a_schema_gives_its_fields():
    """`output_json` by JSON Schema: the object is on the outcome, its text is the output."""
    schema = {
        "type": "object",
        "properties": {"kind": {"type": "string", "enum": ["bug", "wish"]}, "score": {"type": "integer"}},
        "required": ["kind", "score"],
    }
    outcome = run(one_task(output_json=schema)).outcomes[0]
    assert outcome.output_json["kind"] in ("bug", "wish")
    assert isinstance(outcome.output_json["score"], int)


def test_the_launch_may_choose_the_model_for_all():
    """The override wins over agents, crew and manager."""
    document = one_task("openai/needs-a-key")
    document["agents"]["writer"]["llm"] = "anthropic/needs-a-key"
    document |= {"process": "hierarchical", "manager_llm": "openai/needs-a-key"}
    attempt = run(document, llm="rehearsal/plain")
    assert attempt.error is None
    assert {call.model for call in attempt.of(ModelCallCompleted)} == {"rehearsal/plain"}


def test_a_task_writes_its_file_into_the_folder_of_the_execution(tmp_path: Path):
    """Names may hold inputs and folders; the content is the output."""
    attempt = run(one_task(output_file="notes/{topic}.md"), {"topic": "tea"}, folder=tmp_path)
    assert (tmp_path / "notes" / "tea.md").read_text() == attempt.outcomes[0].output


@pytest.mark.parametrize(("makes", "ends"), [(None, False), (True, False), (False, True)])
def test_a_task_makes_the_folder_of_its_file_unless_it_may_not(tmp_path: Path, makes: bool | None, ends: bool):
    """`create_directory: false` is an error where the folder is missing, as in crewAI."""
    attempt = run(one_task(output_file="notes/a.md", create_directory=makes), folder=tmp_path)
    assert isinstance(attempt.error, OutputError) is ends
    assert (tmp_path / "notes").exists() is not ends


@pytest.mark.parametrize("llm", ["text", "object"])
def test_an_agent_limits_the_length_of_its_answers(llm: str):
    """`max_tokens` reaches the model, unless the model has its own."""
    with ModelServer() as server:
        document = one_task(
            {"model": "openai/any", "base_url": server.url} | ({"max_tokens": 9} if llm == "object" else {})
        )
        document["agents"]["writer"]["max_tokens"] = 77
        run(document)
    assert [request.body["max_tokens"] for request in server.requests] == [77 if llm == "text" else 9]


@pytest.mark.parametrize(("limit", "requests"), [(None, 1), (0, 1), (2, 2)])
def test_a_task_that_failed_is_done_again_where_its_agent_says_so(limit: int | None, requests: int):
    """`max_retry_limit` counts; crewAI's default of two does not: nobody asked for it."""
    with ModelServer(reply=lambda _: "done") as server:
        server.script(status(400, "no"))
        document = one_task({"model": "openai/any", "base_url": server.url})
        document["agents"]["writer"]["max_retry_limit"] = limit
        attempt = run(document)
    assert len(server.requests) == requests
    assert (attempt.error is None) is (requests == 2)
    assert [(event.retry_number, event.task_name) for event in attempt.of(TaskRetried)] == [(1, "write")] * (
        requests - 1
    )


@pytest.mark.parametrize("name", ["../up.md", "a/../../up.md", "link/up.md"])
def test_a_file_outside_the_folder_is_refused(tmp_path: Path, name: str):
    """Neither `..` nor a link leads out."""
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path)
    attempt = run(one_task(output_file=name), folder=folder)
    assert isinstance(attempt.error, OutputError)
    assert not (tmp_path / "up.md").exists()


def test_every_goal_of_an_agent_is_told_with_its_inputs():
    """As one numbered list; a note for people is told to nobody."""
    document = one_task()
    document["agents"]["writer"] |= {"goals": ["Rhyme on {topic}"], "description": "Ours alone"}
    told = str(run(document).of(ModelCallCompleted)[0].messages)
    assert "Your personal goal is: 1. Write well\\n2. Rhyme on bees" in told
    assert "Ours alone" not in told


def test_an_agents_own_time_limit_ends_the_task():
    """`max_execution_time` stops for real, and the error names agent and limit."""
    with ModelServer(latency_seconds=30) as server:
        document = one_task({"model": "openai/any", "base_url": server.url})
        document["agents"]["writer"]["max_execution_time"] = 1
        attempt = run(document)
    assert isinstance(attempt.error, ExecutionError)
    assert "'writer' did not finish within its max_execution_time of 1 s" in attempt.error.message
    assert attempt.kinds.count("model_call_cancelled") == attempt.kinds.count("model_call_started")


@pytest.mark.parametrize(
    ("agent", "task", "part"),
    [
        ({"reasoning": True}, {}, "reasoning"),
        ({"apps": ["gmail"]}, {}, "apps"),
    ],
)
def test_what_cannot_be_run_is_refused_by_name(agent, task, part):
    """Leaving a feature out in silence would measure another crew."""
    document = one_task(**task)
    document["agents"]["writer"].update(agent)
    attempt = run(document)
    assert isinstance(attempt.error, BuildError)
    assert part in attempt.error.message


def test_what_is_off_or_only_display_does_not_matter():
    """False, empty and `verbose` fields build as if they were not there."""
    document = one_task()
    document["agents"]["writer"].update({"memory": False, "mcps": [], "verbose": True, "planning": False})
    assert run(document).error is None


@pytest.mark.parametrize(
    ("document", "error"),
    [
        (one_task("openai/gpt-4o-mini"), MissingCredentialError),
        (one_task("rehearsal/nobody"), UnknownModelError),
        (one_task(tools=["RunAnything"]), UnknownToolError),
        (one_task(None), BuildError),
        (one_task(output_json={"type": "object", "properties": {"x": {"$ref": "#/nowhere"}}}), BuildError),
        ({"name": "x", "agents": {}, "tasks": "none"}, DocumentError),
    ],
)
def test_what_cannot_be_built_says_why(document, error):
    """A clear error of the right class, with a next step."""
    attempt = run(document)
    assert isinstance(attempt.error, error)
    assert attempt.error.hint


def test_a_missing_input_is_named():
    """A placeholder without a value is not sent to a model."""
    document = one_task()
    del document["inputs"]
    attempt = run(document)
    assert isinstance(attempt.error, InputsError)
    assert "topic" in attempt.error.message


def test_nothing_is_recorded_after_the_attempt_has_ended():
    """A late event of an abandoned thread cannot write into an ended attempt."""

    async def work(attempt: Attempt) -> None:
        async with opened(one_task(), record=attempt.events.append) as crew:
            pass
        await crew.run_task(0, {})

    assert in_context(work).events == []


@pytest.mark.parametrize(
    "text", ['{"n":' * 300 + "1" + "}" * 300, '{"n":' * 5000 + "1" + "}" * 5000, '{"n":' + "9" * 5000 + "}"]
)
def test_json_without_end_does_not_fit_the_schema(text: str):
    """Nested too deeply or with a number too long to be read, an answer fails like any other that does not fit."""
    schema = {"type": "object", "properties": {"n": {}}, "required": ["n"]}
    with ModelServer(reply=lambda _: text) as server:
        ended = run(one_task({"model": "openai/any", "base_url": server.url}, output_json=schema))
    assert isinstance(ended.error, OutputError)
    assert "does not fit the task's schema" in ended.error.message
