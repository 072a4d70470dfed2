"""What was recorded against a model server comes out again without it: outputs, usage and events."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crewlab.errors import CassetteError
from crewlab.executions.cassette import Cassette
from crewlab.executions.events import BaseEvent, ModelCallEnded, StatusChanged
from crewlab.executions.execution import Execution
from crewlab.lab import Lab
from tests.acceptance import crews
from tests.model_server import ModelServer, say, status

KEY = "sk-planted-4711-secret"
TOPIC = {"topic": "heat pumps"}
RECORD, REPLAY = Cassette.record("calls"), Cassette.replay("calls")
KINDS = [crews.many_kinds_of_calls, crews.managed]
"""Agents, guardrail, converter, tool, join; manager and delegation."""

pytestmark = pytest.mark.usefixtures("key")


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


def shape(lab: Lab, execution: Execution) -> list[tuple[Any, ...]]:
    """Everything that each event says, without its times and ids, in an order that parallel tasks cannot change."""
    told = [_told(event) for _, event in lab.events(execution.execution_id) if not isinstance(event, StatusChanged)]
    return sorted(told, key=repr)


def _told(event: BaseEvent) -> tuple[Any, ...]:
    left_out = {
        "execution_id",
        "sequence",
        "occurred_at",
        "started_at",
        "call_id",
        "cost_usd",
        "price",
        "is_replay",
        "parent_call_id",
    }
    values = event.model_dump(mode="json", exclude=left_out)
    values.get("usage", {}).pop("unpriced_calls", None)
    return tuple(sorted((name, repr(value)) for name, value in values.items() if not name.startswith("tasks_")))


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("crew", KINDS)
def test_a_replay_is_the_recording_again_without_server_and_key(
    crew: Callable[..., dict[str, Any]],
    stream: bool,
    server: ModelServer,
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    """Equal outputs, usage and events for every kind of call; nothing is asked, nothing is spent, and it says so."""
    document = crew(crews.llm(server.url, stream=stream))
    with Lab.open(data) as lab:
        recorded = lab.run(document, TOPIC, cassette=RECORD)
        requests = len(server.requests)
        server.close()
        monkeypatch.delenv("OPENAI_API_KEY")
        replayed = lab.run(document, TOPIC, cassette=REPLAY)
        calls = lab.llm_calls_df(execution_ids=[replayed.execution_id])
        assert (recorded.status, replayed.status) == ("completed", "completed"), replayed.error
        assert shape(lab, replayed) == shape(lab, recorded)
    assert (replayed.output, replayed.output_json) == (recorded.output, recorded.output_json)
    assert replayed.usage == recorded.usage.model_copy(update={"unpriced_calls": 0})
    assert recorded.usage.model_calls == requests == len(calls)
    assert calls["is_replay"].all()
    assert calls["cost_usd"].isna().all()
    assert (recorded.is_replay, replayed.is_replay) == (False, True)


def test_a_document_that_needs_a_key_needs_none_to_be_replayed(
    server: ModelServer, data: Path, monkeypatch: pytest.MonkeyPatch
):
    """The address is no part of what is asked, so the provider's own model answers from a local recording."""
    with Lab.open(data) as lab:
        recorded = lab.run(crews.chain(crews.llm(server.url), "first"), TOPIC, cassette=RECORD)
        monkeypatch.delenv("OPENAI_API_KEY")
        away = crews.chain({**crews.llm(server.url), "base_url": "http://nowhere.invalid/v1"}, "first")
        assert lab.run(away, TOPIC, cassette=REPLAY).output == recorded.output


def test_a_replay_is_run_again_without_a_key(server: ModelServer, data: Path, monkeypatch: pytest.MonkeyPatch):
    """A rerun and a fork of a replay need what the replay needed: nothing."""
    keyed = {"model": "openai/gpt-4o-mini"}
    with Lab.open(data) as lab:
        lab.run(crews.chain({**keyed, "base_url": server.url}, "first", "second"), TOPIC, cassette=RECORD)
        monkeypatch.delenv("OPENAI_API_KEY")
        replayed = lab.run(crews.chain(keyed, "first", "second"), TOPIC, cassette=REPLAY)
        again = lab.rerun(replayed.execution_id).wait()
        fork = lab.fork(replayed.execution_id, from_task="second").wait()
    assert replayed.output
    assert {(one.status, one.output) for one in (replayed, again, fork)} == {("completed", replayed.output)}


def test_a_changed_prompt_asks_only_for_what_it_changed(server: ModelServer, data: Path):
    """Live calls for what is missing: one task is paid, recorded, and the next replay needs nothing."""
    crew = crews.chain(crews.llm(server.url), "first", "second", "third")
    for task in crew["tasks"]:
        task["context"] = []
    with Lab.open(data) as lab:
        lab.run(crew, TOPIC, cassette=RECORD)
        assert len(server.requests) == 3
        crew["tasks"][1]["description"] = "Do the second of {topic} in verse."
        live = Cassette.replay("calls", on_miss="live")
        mixed = lab.run(crew, TOPIC, cassette=live)
        calls = lab.llm_calls_df(execution_ids=[mixed.execution_id]).set_index("task_name")
        assert len(server.requests) == 4
        assert calls["is_replay"].to_dict() == {"first": True, "second": False, "third": True}
        again = lab.run(crew, TOPIC, cassette=REPLAY)
    assert len(server.requests) == 4
    assert again.output == mixed.output


def test_a_miss_names_the_task_and_what_differs(server: ModelServer, data: Path):
    """An analyst sees which words of which task were never recorded."""
    crew = crews.chain(crews.llm(server.url), "first")
    with Lab.open(data) as lab:
        lab.run(crew, TOPIC, cassette=RECORD)
        missed = lab.run(crew, {"topic": "cold pumps"}, cassette=REPLAY)
    assert missed.status == "failed"
    assert missed.error is not None
    assert missed.error.type == "CassetteMissError"
    assert re.search(r"task 'first'.*recorded .*heat pumps.*asked .*cold pumps", missed.error.message)
    assert len(server.requests) == 1


def test_another_model_is_a_miss_that_says_so(server: ModelServer, data: Path):
    """A replay never passes off one model's answers as another's."""
    with Lab.open(data) as lab:
        lab.run(crews.chain(crews.llm(server.url), "first"), TOPIC, cassette=RECORD)
        other = {**crews.llm(server.url), "model": "openai/another"}
        missed = lab.run(crews.chain(other, "first"), TOPIC, cassette=REPLAY)
    assert missed.error is not None
    assert "recorded 'openai/test-model', asked 'openai/another'" in missed.error.message


def test_a_batch_shares_one_cassette(server: ModelServer, data: Path):
    """Executions at the same time record into one file, and each row has its own answers again, equal rows too."""
    answers = iter(range(100))
    server._reply = lambda _: f"answer {next(answers)}"
    crew = crews.chain(crews.llm(server.url), "first", "second")
    rows = [{"topic": topic} for topic in ("a", "b", "a", "c", "a")]
    with Lab.open(data) as lab:
        recorded = lab.run_each(crew, rows, cassette=RECORD)
        server.close()
        replayed = lab.run_each(crew, rows, cassette=REPLAY)
    outputs = [one.output for one in recorded]
    assert len(set(outputs)) == 5
    assert [one.output for one in replayed] == outputs


def test_no_key_gets_into_a_cassette(server: ModelServer, data: Path):
    """Neither a key of the environment, nor one that a model says, nor an address."""
    model = {**crews.llm(server.url), "temperature": 0.3}
    server.script(say(f"the key {KEY}"))
    with Lab.open(data) as lab:
        crew = crews.chain(crews.llm(server.url), "first")
        done = lab.run(crew, {"topic": "tea"}, llm=model, cassette=RECORD)
    text = (data / "cassettes" / "calls.jsonl").read_text("utf-8")
    assert done.status == "completed"
    assert "the key •••" in text
    assert '"temperature":0.3' in text
    assert not [secret for secret in (KEY, server.url, str(server.port)) if secret in text]


def test_a_failed_request_is_not_recorded_unless_it_is_what_was_said(server: ModelServer, data: Path):
    """429 and 500 are of the moment; a 400 is the answer to those words, and comes again."""
    crew = crews.chain(crews.llm(server.url), "first")
    with Lab.open(data) as lab:
        server.script(status(429, retry_after=0), status(400, "that will not do"))
        recorded = lab.run(crew, TOPIC, cassette=RECORD)
        server.close()
        replayed = lab.run(crew, TOPIC, cassette=REPLAY)
        (call,) = [event for _, event in lab.events(replayed.execution_id) if isinstance(event, ModelCallEnded)]
    assert recorded.error is not None
    assert replayed.error is not None
    assert (replayed.error.type, replayed.error.message) == (
        "ModelCallError",
        recorded.error.message.split(" It was")[0],
    )
    assert call.is_replay


def test_a_tool_does_not_run_in_a_replay(server: ModelServer, data: Path):
    """The result is the recorded one, although the folder has changed."""
    crew = crews.many_kinds_of_calls(crews.llm(server.url))
    crew["tasks"] = [task for task in crew["tasks"] if task["name"] == "reading"]
    with Lab.open(data) as lab:
        recorded = lab.run(crew, TOPIC, cassette=RECORD)
        (data / "files" / "new.csv").write_text("x")
        replayed = lab.run(crew, TOPIC, cassette=REPLAY)
        results = [lab.tool_calls_df(execution_ids=[one.execution_id]) for one in (recorded, replayed)]
    assert "new.csv" not in results[1]["result"].iloc[0]
    assert list(results[0]["result"]) == list(results[1]["result"])
    assert [list(frame["is_replay"]) for frame in results] == [[False], [True]]


def test_a_cassette_that_is_not_there_is_refused_before_anything_starts(data: Path):
    """The error names those that there are."""
    with Lab.open(data) as lab:
        with pytest.raises(CassetteError, match="no cassette 'calls'"):
            lab.run(crews.chain({"model": "rehearsal/terse"}, "first"), TOPIC, cassette=REPLAY)
        assert lab.count_executions() == 0


def test_nothing_is_written_without_a_cassette(server: ModelServer, data: Path):
    """An ordinary launch leaves no recording behind."""
    with Lab.open(data) as lab:
        lab.run(crews.chain(crews.llm(server.url), "first"), TOPIC)
        assert lab.cassettes() == []
    assert not (data / "cassettes").exists()
