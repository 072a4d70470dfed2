"""Profiles and models of single agents, from the launch to the snapshot, over real calls."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crewlab.errors import InputsError, InvalidDefinitionError, ModelProfileError
from crewlab.lab import Lab
from tests.acceptance import crews
from tests.model_server import ModelServer


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(require_key="sk-of-the-team") as running:
        yield running


@pytest.fixture
def lab(data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with Lab.open(data) as opened:
        yield opened


def pair(llm: str = "rehearsal/plain") -> dict[str, object]:
    """Two agents, a task each."""
    agents = {name: crews.agent(name, llm) for name in ("scout", "writer")}
    tasks = [
        {"name": name, "description": f"{name} about {{topic}}", "expected_output": "A line", "agent": name}
        for name in agents
    ]
    return {"name": "pair", "agents": agents, "tasks": tasks}


def test_what_a_profile_says_reaches_the_server_and_the_snapshot(lab: Lab, server: ModelServer):
    """Model, parameters and key; a rerun uses the copy in the snapshot though the profile has changed since."""
    lab.secrets.set("TEAM_KEY", "sk-of-the-team")
    said = {"base_url": server.url, "api_key": "${secret:TEAM_KEY}", "parameters": {"temperature": 0.25}}
    lab.save_model_profile("team", "openai/mine", **said)
    lab.save_model_profile("unused", "openai/other", **said)
    done = lab.run(pair(), {"topic": "tea"}, llms={"writer": "team"})
    assert done.status == "completed", done.error
    assert [(one.body["model"], one.body["temperature"]) for one in server.requests] == [("mine", 0.25)]
    assert set(done.options.profiles) == {"team"}
    assert "sk-of-the-team" not in done.model_dump_json()
    calls = lab.llm_calls_df(execution_ids=[done.execution_id])
    assert sorted(zip(calls["agent"], calls["model"], strict=True)) == [
        ("scout", "rehearsal/plain"),
        ("writer", "openai/mine"),
    ]
    lab.save_model_profile("team", "openai/changed", instead_of="team", **said)
    again = lab.rerun(done.execution_id).wait()
    assert [one.body["model"] for one in server.requests] == ["mine", "mine"]
    assert again.options == done.options


def test_a_definition_names_a_profile(lab: Lab):
    """It runs, is labelled as what the profile is, and its snapshot is whole; deleting the profile is refused."""
    lab.save_model_profile("quiet", "rehearsal/terse", parameters={"seed": 4})
    lab.definitions.save(pair("quiet"))
    assert lab.definitions.check(pair("quiet")) == []
    assert lab.forecast("pair", 2).is_rehearsal
    done = lab.run("pair", {"topic": "tea"})
    assert (done.status, done.is_rehearsal) == ("completed", True)
    assert done.options.profiles["quiet"].parameters == {"seed": 4}
    with pytest.raises(ModelProfileError, match=r"used by pair: agents\.scout\.llm"):
        lab.delete_model_profile("quiet")
    with pytest.raises(ModelProfileError, match="used by pair"):
        lab.save_model_profile("silent", "rehearsal/terse", instead_of="quiet")
    lab.delete_model_profile("quiet", even_if_used=True)
    with pytest.raises(InvalidDefinitionError, match="no model or model profile 'quiet'"):
        lab.run("pair", {"topic": "tea"})
    assert lab.rerun(done.execution_id).wait().status == "completed"


def test_limits_of_a_profile_are_shared_by_executions(lab: Lab):
    """The second call of the minute, which is another execution's, waits and says why; it can be cancelled."""
    lab.save_model_profile("slow", "rehearsal/terse", requests_per_minute=1)
    document = {**pair("slow"), "tasks": pair()["tasks"][:1]}  # type: ignore[index]  # a list
    assert lab.run(document, {"topic": "tea"}).status == "completed"
    waiting = lab.launch(document, {"topic": "milk"})
    delays = (event for event in _events_of(lab, waiting.execution_id) if event.kind == "model_call_delayed")
    assert next(delays).limited == "the model profile 'slow'"
    assert waiting.cancel().status == "cancelled"


def _events_of(lab: Lab, execution_id: str):
    last = 0
    while True:
        for event_id, event in lab.events(execution_id, last):
            last = event_id
            yield event


def test_an_agent_that_there_is_not_is_refused(lab: Lab):
    """Before anything is stored, in a launch and in a forecast."""
    for ask in (lambda: lab.launch(pair(), {"topic": "x"}, llms={"skout": "rehearsal/plain"}),
                lambda: lab.forecast(pair(), 1, llms={"skout": "rehearsal/plain"})):  # fmt: skip
        with pytest.raises(InputsError, match=r"no agent 'skout'\. Did you mean 'scout'\?"):
            ask()
    assert lab.count_executions() == 0


def test_a_secret_does_not_get_into_a_profile(lab: Lab):
    """Known secrets are refused wherever they are written in it."""
    lab.secrets.set("TEAM_KEY", "sk-of-the-team-123456")
    with pytest.raises(ModelProfileError, match="known secret"):
        lab.save_model_profile("team", "openai/gpt-4o", note="key: sk-of-the-team-123456")
    assert lab.model_profiles() == []
