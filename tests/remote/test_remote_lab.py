"""The lab of the running app answers as the lab beside the store does."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crewlab.errors import (
    AnswerError,
    CassetteError,
    DefinitionError,
    DefinitionNotFoundError,
    DocumentError,
    ExecutionNotFoundError,
    IllegalTransitionError,
    InputsError,
    InvalidDefinitionError,
    ModelProfileError,
    ModelProfileNotFoundError,
    RemoteError,
)
from crewlab.executions.cassette import Cassette
from crewlab.remote import Endpoint, RemoteLab, connect
from tests import recorded
from tests.remote.cutting import Cutting
from tests.yardstick import slowness

FRAME_METHODS = ("executions_df", "tasks_df", "llm_calls_df", "tool_calls_df", "logs_df", "batches_df")
QUICK = {"model": "rehearsal/plain", "latency_seconds": 0}
SLOW = {"model": "rehearsal/plain", "latency_seconds": 30}


def crew(llm, name="echo"):
    """One task about `topic`."""
    return {
        "name": name,
        "agents": {"analyst": {"role": "Analyst", "goal": "Look", "backstory": "Curious", "llm": llm}},
        "tasks": [{"name": "look", "description": "Look at {topic}", "expected_output": "A line", "agent": "analyst"}],
    }


@pytest.fixture
def finished(lab):
    """Two executions of a batch, and one alone, all completed."""
    lab.definitions.save(crew(QUICK))
    pair = lab.run_each("echo", [{"topic": "tea"}, {"topic": "coffee"}], name="drinks")
    return [*pair, lab.run("echo", {"topic": "milk"})]


def test_frames_are_the_same(lab, remote, finished):
    """Same rows, same columns, same dtypes, over Arrow."""
    for name in FRAME_METHODS:
        here, there = getattr(lab, name)(), getattr(remote, name)()
        assert there.equals(here), name
        assert there.dtypes.equals(here.dtypes), name


def test_frames_are_narrowed_down_in_the_app(remote, finished):
    """By execution, by batch, by number."""
    one = finished[0]
    assert set(remote.tasks_df(execution_ids=[one.execution_id])["execution_id"]) == {one.execution_id}
    assert len(remote.executions_df(batch_id=one.batch_id)) == 2
    assert len(remote.executions_df(limit=1)) == 1
    assert remote.executions_df(execution_ids=[]).empty


def test_a_thousand_ids_fit(remote, finished):
    """A long selection travels in parts, and no row is lost or doubled."""
    ids = [one.execution_id for one in finished] + [f"0190-unknown-{n:024}" for n in range(1000)]
    assert sorted(remote.executions_df(execution_ids=ids)["execution_id"]) == sorted(ids[:3])


def test_records_are_the_same(lab, remote, finished):
    """Definitions, versions, executions, batches, events and figures, as the lab has them."""
    one = finished[0]
    assert remote.definitions.list() == lab.definitions.list()
    assert remote.definitions.get("echo") == lab.definitions.get("echo")
    assert remote.definitions.version("echo") == lab.definitions.version("echo", 1)
    assert remote.definitions.versions("echo") == lab.definitions.versions("echo")
    assert remote.execution(one.execution_id) == lab.execution(one.execution_id)
    assert remote.executions(status=["completed", "failed"], limit=2) == lab.executions(status="completed", limit=2)
    assert remote.count_executions(batch_id=one.batch_id) == 2
    assert remote.batches() == lab.batches()
    assert remote.batch(one.batch_id) == lab.batch(one.batch_id)
    assert (remote.counts(), remote.spend_usd()) == (lab.counts(), lab.spend_usd())
    assert remote.events(one.execution_id) == lab.events(one.execution_id)
    assert remote.files(one.execution_id) == lab.files(one.execution_id)
    assert remote.engine_state() == lab.engine_state()
    assert (remote.settings, remote.store_health) == (lab.settings, "ok")


def test_tables_and_comparisons_are_made_here(lab, remote, finished):
    """What is computed from frames works the same."""
    one, other, _ = finished
    assert remote.batch_table(one.batch_id).equals(lab.batch_table(one.batch_id))
    comparison = remote.compare([one.execution_id, other.execution_id])
    assert comparison.input_differences()["input"].tolist() == ["topic"]


def test_what_is_launched_runs_in_the_app(lab, remote):
    """A name, a document, or a file of the caller's folder; the handle waits as the lab's does."""
    lab.definitions.save(crew(QUICK))
    handle = remote.launch("echo", {"topic": "tea"})
    assert handle.wait(60).status == "completed"
    assert remote.run(crew(QUICK, "unsaved"), {"topic": "milk"}).output == lab.executions(limit=1)[0].output


def test_a_file_is_read_where_the_caller_is(remote, tmp_path, monkeypatch):
    """A path means the caller's folder, not the app's."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.json").write_text('{"agents": {}, "tasks": []}')
    with pytest.raises(InvalidDefinitionError, match="mine"):
        remote.launch("mine.json")


def test_a_name_is_never_a_path_of_the_app(remote, tmp_path):
    """Whoever holds the token still cannot make the app read files by asking to run them."""
    with pytest.raises(DefinitionNotFoundError):
        remote._connection.post("executions", body={"definition": str(tmp_path / "x.yaml")})


def test_a_batch_keeps_order_and_tells_how_far_it_is(lab, remote):
    """Results in the order of the rows; progress ends with everything done."""
    lab.definitions.save(crew(QUICK))
    seen = []
    found = remote.run_each("echo", [{"topic": str(n)} for n in range(5)], name="five", on_progress=seen.append)
    assert [one.inputs["topic"] for one in found] == list("01234")
    assert seen[-1].ended == 5


def test_rows_of_a_frame_are_inputs(lab, remote):
    """Numbers of numpy and paths travel; a notebook hands over what it has."""
    lab.definitions.save(crew(QUICK))
    rows = pd.DataFrame({"topic": [1, 2]}).assign(extra=Path("a")).to_dict("records")
    rows[0]["topic"] = np.int64(1)
    assert [one.inputs["topic"] for one in remote.run_each("echo", rows)] == [1, 2]


def test_what_runs_can_be_cancelled_and_resumed(lab, remote):
    """Stop at once; going on is the next attempt."""
    lab.definitions.save(crew(SLOW))
    handle = remote.launch("echo", {"topic": "tea"})
    assert handle.wait(0.0).status != "completed"
    handle.cancel()
    assert handle.wait(60).status == "cancelled"
    assert remote.resume(handle.execution_id).attempt == 2
    remote.cancel(handle.execution_id)


def test_errors_are_the_labs_own(lab, remote, finished):
    """The same classes with the same hints, to catch as always."""
    with pytest.raises(DefinitionNotFoundError, match="unknown"):
        remote.definitions.get("unknown/with slash?")
    with pytest.raises(ExecutionNotFoundError):
        remote.execution("unknown")
    with pytest.raises(InputsError, match="topic"):
        remote.launch("echo", {})
    with pytest.raises(IllegalTransitionError, match="completed and cannot be resumed"):
        remote.resume(finished[0].execution_id)


@pytest.mark.parametrize("value", [None, 5, {"name": "half \ud800"}, {"name": "self", "agents": {}, "tasks": []}])
def test_what_cannot_be_sent_is_said(remote, value):
    """Whatever a notebook holds: in words, as without an app."""
    if isinstance(value, dict):
        value["itself"] = value
    assert [problem.id for problem in remote.definitions.check(value)] == ["document.type"]
    with pytest.raises(DocumentError):
        remote.definitions.save(value)
    with pytest.raises(RemoteError, match="JSON has no form"):
        remote.definitions.save({"name": "half \ud800", "agents": {}, "tasks": []})


def test_a_number_that_cannot_be_sent_is_said_as_without_an_app(lab, remote):
    """JSON would have null in its place."""
    wrong = {**crew(QUICK), "inputs": {"share": float("inf")}}
    assert remote.definitions.check(wrong) == lab.definitions.check(wrong)
    for save in (remote.definitions.save, lambda document: remote.definitions.save_draft("draft", document)):
        with pytest.raises(DocumentError, match=r"inputs\.share"):
            save(wrong)


def test_documents_can_be_saved_checked_and_forecast(lab, remote):
    """What the command line needs of definitions works while the app runs."""
    assert remote.definitions.save(crew(QUICK)).number == 1
    assert (
        remote.definitions.import_document('{"name": "second", "agents": {}, "tasks": []}', source="x.json").name
        == "second"
    )
    assert [problem.severity for problem in remote.definitions.check({"name": "x", "agents": {}, "tasks": []})]
    assert remote.forecast("echo", 7) == lab.forecast("echo", 7)
    assert set(remote.definitions.placeholders(crew(QUICK))) == {"topic"}


def test_an_app_that_is_gone_says_so(endpoint, tmp_path):
    """A wrong token, a closed connection or nobody there: one sentence each, and `find` finds nothing."""
    with pytest.raises(RemoteError, match="token"):
        connect(endpoint.url, "wrong")
    with pytest.raises(RemoteError, match="cannot be reached"):
        connect("http://127.0.0.1:1", endpoint.token)
    remote = connect(endpoint.url, endpoint.token)
    remote.close()
    with pytest.raises(RemoteError, match="closed"):
        remote.counts()
    stale = Endpoint(url="http://127.0.0.1:1", token="t", pid=endpoint.pid)
    stale.write(tmp_path / "endpoint.json")
    assert RemoteLab.find(tmp_path / "endpoint.json") is None


def test_a_small_question_takes_milliseconds(endpoint, remote, finished):
    """The best of 20 over real HTTP, for a machine that is busy; all of them take the same connection."""
    durations = []
    with Cutting(endpoint.url) as way, connect(way.url, endpoint.token) as through:
        for _ in range(20):
            started = time.perf_counter()
            through.executions_df(limit=10)
            durations.append(time.perf_counter() - started)
        assert way.connections == 1
    assert min(durations) < 0.05 * slowness()


def test_what_is_run_without_blocking_runs_in_the_app(remote):
    """`arun`, `arun_each` and both streams, with the same results as beside the store."""

    async def cell():
        one = await remote.arun(crew(QUICK), {"topic": "tea"})
        two = await remote.arun_each(crew(QUICK), [{"topic": "tea"}, {"topic": "milk"}])
        events = [event async for event in remote.stream(crew(QUICK), {"topic": "tea"})]
        return one, two, events

    one, two, events = asyncio.run(cell())
    assert [execution.status for execution in (one, *two)] == ["completed"] * 3
    assert [execution.inputs["topic"] for execution in two] == ["tea", "milk"]
    for found in (events, list(remote.stream_sync(crew(QUICK), {"topic": "tea"}))):
        assert [event.sequence for event in found] == list(range(1, len(found) + 1))
        assert found[-1].status == "completed"


def test_reruns_forks_and_limits_go_through_the_app(remote):
    """New executions that say where they came from; a budget, and a resume with a higher one."""
    first = remote.run(crew(QUICK), {"topic": "tea"}, max_tokens=1)
    assert (first.status, first.reason) == ("failed", "over_budget")
    with pytest.raises(InputsError, match="used"):
        remote.resume(first.execution_id)
    remote.resume(first.execution_id, max_tokens=100_000)
    assert remote.wait([first.execution_id], 60)[0].status == "completed"
    again = remote.rerun(first.execution_id).wait(60)
    forked = remote.fork(first.execution_id, inputs={"topic": "milk"}).wait(60)
    assert [one.origin_execution_id for one in (again, forked)] == [first.execution_id] * 2
    assert (again.forked_from_task, forked.forked_from_task, forked.inputs) == (None, "look", {"topic": "milk"})
    with pytest.raises(InputsError, match="Nothing is changed"):
        remote.fork(first.execution_id)


def test_a_replay_through_the_app_needs_no_key(lab, remote, monkeypatch):
    """The option travels, for one execution and for a batch; the app's recordings are listed."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    replay = Cassette.replay(recorded.put_into(lab.settings.data))
    assert [info.name for info in remote.cassettes()] == [recorded.NAME]
    done = [remote.run(recorded.crew(), recorded.INPUTS, cassette=replay)]
    done += remote.run_each(recorded.crew(), [recorded.INPUTS], cassette=replay)
    assert [one.output for one in done] == ["Tea cools as it waits."] * 2
    assert [(one.is_replay, one.usage.cost_usd, one.usage.input_tokens) for one in done] == [(True, None, 169)] * 2
    with pytest.raises(CassetteError, match="no cassette 'other'"):
        remote.launch(recorded.crew(), recorded.INPUTS, cassette=Cassette.replay("other"))


def test_a_person_answers_from_elsewhere(lab, remote):
    """The same questions and errors; waiting in the app ends where only a person can go on."""
    asking = crew(QUICK, "asking")
    asking["tasks"][0]["human_input"] = {"prompt": "Good?", "timeout_seconds": 600}
    waiting = remote.run(asking, {"topic": "tea"})
    assert waiting.status == "waiting"
    (question,) = remote.waiting(waiting.execution_id)
    assert question == lab.waiting()[0]
    again = remote.answer(waiting.execution_id, "More.", task="look", question_id=question.question_id)
    assert again.attempt == 2
    assert remote.wait([waiting.execution_id], 60)[0].status == "waiting"
    with pytest.raises(AnswerError, match="answered it first"):
        remote.answer(waiting.execution_id, question_id=question.question_id)
    remote.answer(waiting.execution_id)
    assert remote.wait([waiting.execution_id], 60)[0].status == "completed"
    with pytest.raises(AnswerError, match="waits for nobody"):
        remote.answer(waiting.execution_id)
    assert [event.kind for event in remote.stream_sync(asking, {"topic": "tea"})][-1] == "status_changed"


def test_model_profiles_and_models_of_agents_go_through_the_app(lab, remote):
    """Kept, listed, tried, used for one agent, and removed, with the same errors."""
    saved = remote.save_model_profile("quiet", "rehearsal/terse", parameters={"seed": 3}, requests_per_minute=600)
    assert remote.model_profiles() == lab.model_profiles() == [saved]
    assert remote.test_model("quiet").ok
    lab.definitions.save(crew("quiet"))
    assert remote.model_profile_users("quiet") == ["echo: agents.analyst.llm"]
    done = remote.run("echo", {"topic": "tea"}, llms={"analyst": {"model": "quiet", "seed": 4}})
    assert done.options.llms == {"analyst": {"model": "quiet", "seed": 4}}
    assert done.options.profiles == {"quiet": saved}
    assert remote.definitions.check(crew("quiet"), llms={"analyst": "nobody"})[0].id == "llm.profile.unknown"
    assert remote.forecast("echo", 1, llms={"analyst": "openai/gpt-4o"}).prices.keys() == {"openai/gpt-4o"}
    with pytest.raises(ModelProfileError, match="used by echo"):
        remote.delete_model_profile("quiet")
    assert remote.delete_model_profile("quiet", even_if_used=True) == saved
    with pytest.raises(ModelProfileNotFoundError):
        remote.delete_model_profile("quiet")


def test_definitions_are_versioned_and_kept_in_order(lab, remote):
    """Every verb does in the app what it does here."""
    remote.definitions.save(crew(QUICK, "first"))
    assert remote.definitions.rename("first", "echoed").number == 2
    assert remote.definitions.restore("first", 1, note="back").number == 2
    assert remote.definitions.diff("first@1").changes == lab.definitions.diff("first@1").changes != ()
    (told,) = remote._connection.get("diff", "first@1")
    assert (told["path"], told["told"]) == ("name", "name: first → echoed")
    copy = remote.definitions.duplicate("echoed", "copied")
    assert copy == lab.definitions.version("copied")
    assert remote.definitions.tag("copied", ["b", "a"]).tags == ("a", "b")
    assert remote.definitions.collect("copied", ["Start here/now"]).collections == ("Start here/now",)
    named = remote.definitions.save_collection("Start", description="All", instead_of="Start here/now")
    assert named.definitions == ("copied",)
    assert remote.definitions.collections() == lab.definitions.collections() == [named]
    assert remote.definitions.archive("copied").archived_at is not None
    assert remote.definitions.list(tag="a") == []
    for archived in (None, True, False):
        assert remote.definitions.list(archived=archived) == lab.definitions.list(archived=archived)
    assert remote.definitions.unarchive("copied").archived_at is None
    remote.definitions.delete_collection("Start")
    assert remote.definitions.executions_of("copied") == lab.definitions.executions_of("copied") == []
    step = {"start": True, "do": {"call": "crew", "definition": "copied"}}
    remote.definitions.save({"schema": "crewai.flow/v1", "name": "weekly", "methods": {"one": step}})
    assert [one.name for one in remote.definitions.parents("copied")] == ["weekly"]
    assert remote.definitions.children("weekly") == [remote.definitions.get("copied")]
    with pytest.raises(DefinitionError, match=r"'copied' is a step of weekly"):
        remote.definitions.delete("copied")
    remote.definitions.delete("copied", even_if_used=True)
    assert [one.name for one in lab.definitions.list() if one.name in ("copied", "weekly")] == ["weekly"]
