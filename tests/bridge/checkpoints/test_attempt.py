"""Checkpoints in crewAI's own form: where they go, when, how many, and that crewAI goes on from them."""

from __future__ import annotations

import contextvars
import json
from pathlib import Path
from typing import Any

import pytest

from crewlab.bridge import load
from crewlab.bridge.contract import TaskOutcome
from crewlab.executions.events import CheckpointFailed, CheckpointSaved
from crewlab.executions.execution import StoredTask
from tests.acceptance import crews
from tests.bridge.attempts import Attempt, in_context, one_task, opened, run
from tests.model_server import ModelServer, say, status

load()

from crewai import Crew  # noqa: E402 - after load(), which settles crewAI's environment
from crewai.state.checkpoint_config import CheckpointConfig  # noqa: E402 - as above
from crewai.state.provider.sqlite_provider import SqliteProvider  # noqa: E402 - as above
from crewai_core.printer import set_suppress_console_output  # noqa: E402 - as above


def saved(attempt: Attempt) -> list[tuple[str, str]]:
    """Of each checkpoint the moment and the place."""
    return [(event.trigger, event.location) for event in attempt.of(CheckpointSaved)]


def contents(folder: Path, attempt: Attempt) -> list[dict[str, Any]]:
    """The files, as far as they are still there."""
    places = [folder / place for _, place in saved(attempt)]
    return [json.loads(place.read_text()) for place in places if place.exists()]


def restored(place: str) -> str:
    """What crewAI alone makes of a checkpoint."""
    set_suppress_console_output(True)
    crew = Crew.from_checkpoint(CheckpointConfig(restore_from=place, on_events=[]))
    crew.checkpoint = None
    try:
        return str(crew.kickoff().raw)
    finally:
        crew.agents[0].llm._get_sync_client().close()  # type: ignore[union-attr]  # crewAI leaves its connections open


def test_crewai_alone_goes_on_from_a_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """With the very request that failed here: what was done is not asked for again, and what was read is read."""
    monkeypatch.setenv("OPENAI_API_KEY", "x")
    with ModelServer() as server:
        server.script(say("one"), say("two"), status(400, "no"), say("three"))
        chain = crews.chain(crews.llm(server.url), "first", "second", "third")
        document = {**chain, "checkpoint": {"location": "kept"}}
        failed = run(document, {"topic": "tea"}, folder=tmp_path, credentials=lambda _: "x")
        place = saved(failed)[-1][1]
        output = contextvars.Context().run(restored, str(tmp_path / place))
    assert failed.error is not None
    assert place.startswith("kept/")
    assert output == "three"
    assert len(server.requests) == 4
    assert server.requests[3].body["messages"] == server.requests[2].body["messages"]


ALL = ["crew_kickoff_started", "task_started", "agent_execution_completed", "task_completed", "crew_kickoff_completed"]
SOME = ["task_started", "crew_kickoff_completed"]


@pytest.mark.parametrize(("named", "moments"), [(None, ["task_completed"]), (SOME, SOME), (["*"], ALL)])
def test_one_is_written_at_each_event_that_is_named(tmp_path: Path, named: list[str] | None, moments: list[str]):
    """After each task where none is named; all that crewAI writes one at with `*`."""
    document = {**one_task(), "checkpoint": {"on_events": named} if named else True}
    attempt = run(document, folder=tmp_path)
    assert [moment for moment, _ in saved(attempt)] == moments
    assert all(place.startswith(".checkpoints/main/") for _, place in saved(attempt))


def test_the_first_of_another_attempt_knows_what_is_done(tmp_path: Path):
    """Or the only one that is kept would forget what was paid for."""
    stored = StoredTask(task_index=0, task_name="facts", agent="writer", attempt=1, output="all of them")

    async def second(attempt: Attempt) -> None:
        facts, report = one_task()["tasks"][0] | {"name": "facts"}, one_task()["tasks"][0]
        document = {**one_task(), "tasks": [facts, report], "checkpoint": {"on_events": ["crew_kickoff_started"]}}
        async with opened(document, record=attempt.events.append, folder=tmp_path) as crew:
            await crew.run_task(1, {0: crew.restore(stored)})

    [kept] = contents(tmp_path, in_context(second))
    assert kept["entities"][0]["tasks"][0]["output"]["raw"] == "all of them"


@pytest.mark.parametrize(
    ("of_crew", "of_agent", "files"), [(True, False, 0), (None, True, 1), (True, None, 1), (False, None, 0)]
)
def test_an_agents_own_word_wins(tmp_path: Path, of_crew: bool | None, of_agent: bool | None, files: int):
    """As in crewAI, also where it wants none."""
    document = {**one_task(), "checkpoint": of_crew}
    document["agents"]["writer"]["checkpoint"] = of_agent
    assert len(saved(run(document, folder=tmp_path))) == files


def test_the_latest_are_kept(tmp_path: Path):
    """As many as `max_checkpoints` says, each naming the one before it."""
    document = {**one_task(), "checkpoint": {"on_events": ["*"], "max_checkpoints": 2}}
    attempt = run(document, folder=tmp_path)
    kept = contents(tmp_path, attempt)
    assert [one["trigger"] for one in kept] == ["task_completed", "crew_kickoff_completed"]
    assert Path(saved(attempt)[-2][1]).name.startswith(kept[1]["parent_id"])
    assert sum(event.removed for event in attempt.of(CheckpointSaved)) == 3


def test_a_database_keeps_the_latest_where_crewai_finds_them(tmp_path: Path):
    """Also on a machine whose SQLite is too old for crewAI to write one."""
    wanted = {"on_events": ["*"], "max_checkpoints": 2, "provider": {"provider_type": "sqlite"}, "location": "a/b"}
    attempt = run({**one_task(), "checkpoint": wanted}, folder=tmp_path)
    *_, removed, one, last = [str(tmp_path / place) for _, place in saved(attempt)]
    triggers = [json.loads(SqliteProvider().from_checkpoint(place))["trigger"] for place in (one, last)]
    assert triggers == ["task_completed", "crew_kickoff_completed"]
    assert last.startswith(f"{tmp_path}/a/b.db#")
    with pytest.raises(ValueError, match="not found"):
        SqliteProvider().from_checkpoint(removed)


def test_no_secret_is_in_a_checkpoint(tmp_path: Path):
    """What is known as one is masked."""
    attempt = run({**one_task(), "checkpoint": True}, folder=tmp_path, mask=lambda text: text.replace("bees", "***"))
    [text] = [(tmp_path / place).read_text() for _, place in saved(attempt)]
    assert "***" in text
    assert "bees" not in text


def test_half_a_character_ends_nothing(tmp_path: Path):
    """Models write one at times; the task is paid for."""

    async def concluded(attempt: Attempt) -> None:
        async with opened({**one_task(), "checkpoint": True}, record=attempt.events.append, folder=tmp_path) as crew:
            await crew.conclude(0, TaskOutcome("half of \ud83d", None, "writer"))

    attempt = in_context(concluded)
    assert attempt.error is None
    [kept] = contents(tmp_path, attempt)
    assert kept["entities"][0]["tasks"][0]["output"]["raw"] == "half of ?"


@pytest.mark.parametrize(("wanted", "why"), [({"location": "../out"}, "outside"), ({}, "at most 20 are allowed")])
def test_one_that_cannot_be_written_is_told_and_ends_nothing(tmp_path: Path, wanted: dict[str, Any], why: str):
    """The task is paid for; nothing is outside of the folder."""
    document = {**one_task(), "checkpoint": wanted}
    attempt = run(document, folder=tmp_path / "in", max_file_bytes=20)
    assert attempt.final is not None
    [failed] = attempt.of(CheckpointFailed)
    assert why in failed.error.message
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
