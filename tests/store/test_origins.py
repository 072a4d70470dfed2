"""Forks and changed limits, as the store keeps them."""

from __future__ import annotations

from pathlib import Path

import duckdb

from crewlab.executions.execution import Move, StoredTask
from crewlab.executions.launch import LaunchOptions
from crewlab.executions.status import ExecutionStatus
from crewlab.store import Store
from crewlab.store.migrating import migrate, migrations
from tests.factories import OWNER, new_execution

GIVEN = StoredTask(
    task_index=0,
    task_name="research",
    agent="analyst",
    attempt=2,
    execution_id="paid-by",
    is_edited=True,
    output="Three sources.",
    output_json={"n": 3},
)


def test_a_fork_is_claimed_with_what_it_was_given(data: Path):
    """Also when the claim comes with the launch, after a restart, and again in the next attempt."""
    fork = new_execution(origin_execution_id="first", forked_from_task="report", origin="background")
    other = new_execution(origin_execution_id="first", forked_from_task="report", origin="background")
    store = Store.open(data)
    store.executions.add([fork, other], given={fork.execution_id: [GIVEN], other.execution_id: [GIVEN]})
    claim = store.executions.claim(fork.execution_id, 1).result()
    assert claim
    assert claim.finished_tasks == (GIVEN,)
    assert (claim.execution.origin_execution_id, claim.execution.forked_from_task) == ("first", "report")
    store.close()
    store = Store.open(data)
    later = store.executions.claim(other.execution_id, 1).result()
    assert later
    assert later.finished_tasks == (GIVEN,)
    end = Move(execution_id=other.execution_id, attempt=1, status=ExecutionStatus.FAILED)
    store.executions.move(end).result()
    store.executions.resume([other.execution_id], owner=OWNER).result()
    again = store.executions.claim(other.execution_id, 2).result()
    assert again
    assert again.finished_tasks == (GIVEN,)
    store.close()


def test_a_resume_changes_the_limits_it_names(data: Path):
    """The other options stay; the change is durable."""
    execution = new_execution(options=LaunchOptions(llm="rehearsal/terse", max_tokens=10))
    store = Store.open(data)
    store.executions.add([execution])
    store.executions.interrupt([execution.execution_id], "gone").result()
    store.executions.resume([execution.execution_id], owner=OWNER, limits={"max_tokens": 20}).result()
    claim = store.executions.claim(execution.execution_id, 2).result()
    assert claim
    assert claim.execution.options == LaunchOptions(llm="rehearsal/terse", max_tokens=20)
    store.close()
    store = Store.open(data)
    assert store.executions.get(execution.execution_id, owner=OWNER).options.max_tokens == 20
    store.close()


def test_a_store_of_before_gets_the_new_columns(tmp_path: Path):
    """Rows that are there already came from nowhere and were edited by nobody."""
    file, before = tmp_path / "old.duckdb", tmp_path / "before"
    before.mkdir()
    for migration in migrations()[:2]:
        (before / migration.path.name).write_text(migration.sql, "utf-8")
    with duckdb.connect(str(file)) as connection:
        migrate(connection, file, before)
        connection.execute(
            "INSERT INTO tasks SELECT 'e', 1, 0, 'a', NULL, 'completed', NULL, NULL, NULL, NULL, 'A', NULL, NULL, "
            "NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, 0, 0, 0, 0, 0"
        )
        migrate(connection, file)
        assert connection.execute("SELECT reused_from_execution_id, is_edited FROM tasks").fetchall() == [(None, None)]
        assert connection.execute("SELECT origin_execution_id, forked_from_task FROM v_executions").fetchall() == []
