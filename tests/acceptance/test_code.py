"""Python code named by a document: called where an administrator allowed it, and otherwise not even imported."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from crewlab.errors import InvalidDefinitionError
from crewlab.lab import Lab
from tests.acceptance import allowed_code, crews
from tests.model_server import ModelServer, say

HERE = "tests.acceptance.allowed_code"
NAMES = ("no_exclamation", "in_capitals", "nonsense", "note", "leaves", "hangs", "other_topic", "signed", "step")
OpenLab = Callable[..., Lab]


def code(name: str) -> dict[str, str]:
    return {"python": f"{HERE}:{name}"}


@pytest.fixture
def lab(data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """A lab that allows the code of `allowed_code`, each reference by itself."""
    allowed_code.CALLS.clear()
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
    monkeypatch.setenv("CREWLAB_ALLOWED_CODE", ", ".join(f"{HERE}:{name}" for name in NAMES))
    with Lab.open(data) as opened:
        yield opened


def crew(server: ModelServer, task: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    document = crews.chain(crews.llm(server.url), "first", "second")
    document["tasks"][0].update(task or {})
    return {**document, "inputs": {"topic": "tea"}, **fields}


def called(name: str) -> list[Any]:
    return [value for kind, value, _ in allowed_code.CALLS if kind == name]


def test_code_that_nobody_allowed_is_not_imported(lab: Lab, server: ModelServer):
    """The check names the setting; neither it nor a launch imports the module."""
    refused = {"python": "tests.acceptance.never_imported:function"}
    for document in (
        crew(server, {"guardrail": refused}),
        crew(server, {"callback": refused}),
        crew(server, {"guardrails": [refused]}),
        crew(server, before_kickoff_callbacks=[refused]),
        crew(server, task_callback=refused),
        crew(server, {"guardrail": {"python": f"{HERE}:_note"}}),
    ):
        problems = [problem for problem in lab.definitions.check(document) if problem.id == "code.refused"]
        assert "CREWLAB_ALLOWED_CODE" in problems[0].hint
        with pytest.raises(InvalidDefinitionError):
            lab.run(document)
    assert "tests.acceptance.never_imported" not in sys.modules


def test_a_guardrail_in_code_has_the_task_done_again(lab: Lab, server: ModelServer):
    """It is called off the loop with crewAI's TaskOutput; its reason reaches the agent; no model is asked."""
    server.script(say("Tea!"), say("Tea."))
    execution = lab.run(crew(server, {"guardrail": code("no_exclamation")}))
    assert execution.status == "completed"
    assert called("guardrail") == ["Tea!", "Tea."]
    assert {thread for _, _, thread in allowed_code.CALLS} == {"crewlab-tool"}
    assert "Do not shout!" in server.requests[1].text
    assert len(server.requests) == 3
    assert execution.usage.guardrail_retries == 1


def test_a_task_says_how_often_it_is_done_again(lab: Lab, server: ModelServer):
    """After that its guardrail fails it, and nothing that follows is paid."""
    server.script(say("Shout!"), say("Shout!"))
    failed = lab.run(crew(server, {"guardrail": code("no_exclamation"), "guardrail_max_retries": 1}))
    assert failed.status == "failed"
    assert called("guardrail") == ["Shout!", "Shout!"]
    assert len(server.requests) == 2


def test_a_guardrail_in_code_may_change_the_output(lab: Lab, server: ModelServer):
    """What it returns beside True stands in for the output, in the file too."""
    server.script(say("quiet"))
    execution = lab.run(crew(server, {"guardrail": code("in_capitals"), "output_file": "first.md"}))
    assert lab.tasks_df(execution_ids=[execution.execution_id])["output"].iloc[0] == "QUIET"
    assert lab.read_file(execution.execution_id, "first.md") == b"QUIET"
    assert "QUIET" in server.requests[1].text


def test_the_guardrail_of_an_agent_checks_each_of_its_tasks(lab: Lab, server: ModelServer):
    """In words or in code, with its own number of retries."""
    document = crew(server)
    document["agents"]["analyst"] |= {"guardrail": code("no_exclamation"), "guardrail_max_retries": 0}
    server.script(say("Fine."), say("Shout!"))
    failed = lab.run(document)
    assert failed.error is not None
    assert failed.error.message == "Task 'second' did not pass its guardrail after 0 retries: Do not shout!"
    assert called("guardrail") == ["Fine.", "Shout!"]


def test_callbacks_are_called_with_what_was_produced(lab: Lab, server: ModelServer):
    """The task's, its agent's and the crew's; before the run with the inputs, and after it with the output."""
    server.script(say("one"), say("two"))
    document = crew(
        server,
        {"callback": code("note")},
        task_callback=code("note"),
        before_kickoff_callbacks=[code("other_topic")],
        after_kickoff_callbacks=[code("signed")],
    )
    document["agents"][document["tasks"][1]["agent"]]["callbacks"] = [code("note")]
    execution = lab.run(document)
    assert called("before") == [{"topic": "tea"}]
    assert "coffee" in server.requests[0].text
    assert called("callback") == ["one", "one", "one", "two", "two"]
    assert called("after") == [2]
    assert execution.output == "two Signed."


def test_step_callbacks_see_answers(lab: Lab, server: ModelServer):
    """The crew's for every agent that has none of its own, with crewAI's classes."""
    server.script(say("one"), say("two"))
    lab.run(crew(server, step_callback=code("step")))
    assert called("step") == [("AgentFinish", "one"), ("AgentFinish", "two")]
    document = crew(server)
    document["agents"]["analyst"]["step_callback"] = code("leaves")
    failed = lab.run(document)
    assert failed.error is not None
    assert failed.error.message.startswith("The step callback of agent 'analyst'")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"callback": code("leaves")}, "The callback of task 'first' (tests.acceptance.allowed_code:leaves) failed"),
        ({"callback": code("hangs")}, "was not done within 0.1 s"),
        ({"guardrail": code("nonsense")}, "The guardrail of task 'first' returned 'perhaps'."),
    ],
)
def test_code_that_fails_fails_its_task(lab: Lab, server: ModelServer, fields: dict[str, Any], message: str):
    """The error says whose code it was; what the agent produced is still to be seen."""
    server.script(say("produced"))
    if fields == {"callback": code("hangs")}:
        lab.change_setting("tool_timeout_seconds", 0.1)
    failed = lab.run(crew(server, fields))
    assert failed.status == "failed"
    assert failed.error is not None
    assert message in failed.error.message
    if "callback" in fields:
        assert list(lab.tasks_df(execution_ids=[failed.execution_id])["output"]) == ["produced"]


def test_code_that_is_not_there_is_said_before_anything_is_paid(
    data: Path, server: ModelServer, monkeypatch: pytest.MonkeyPatch
):
    """A misspelt function fails the execution while it is prepared."""
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
    monkeypatch.setenv("CREWLAB_ALLOWED_CODE", f"{HERE}:nothing")
    with Lab.open(data) as lab:
        failed = lab.run(crew(server, {"callback": code("nothing")}))
    assert failed.error is not None
    assert failed.error.message.startswith("The code 'tests.acceptance.allowed_code:nothing' failed: AttributeError")
    assert server.requests == []
