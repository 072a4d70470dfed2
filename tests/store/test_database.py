"""One process at a time, a hardened instance, and errors that say how to go on."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest

from crewlab.errors import StoreError, StoreLockedError
from crewlab.store import Store
from tests.factories import OWNER, new_execution

PROJECT = Path(__file__).resolve().parents[2]
_HOLD = """
import sys
from pathlib import Path
from crewlab.store import Store
store = Store.open(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.readline()
store.close()
"""


def test_second_process_is_told_who_holds_the_store(data: Path):
    """A locked store names the process and its command, and says how to go on; it opens once that process is gone."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(StoreLockedError, match=f"Process {holder.pid} .*python.* holds the store") as refused:
            Store.open(data)
        assert "crewlab.open()" in refused.value.hint
        holder.stdin.write("\n")
    Store.open(data).close()


def test_second_store_of_the_same_process_is_refused(data: Path):
    """Two stores over one folder would each have a writer: the second is refused, and the first goes on."""
    store = Store.open(data)
    with pytest.raises(StoreLockedError, match="This very process") as refused:
        Store.open(data)
    assert refused.value.hint == "Go on with that lab, or close it first: `lab.close()`."
    store.executions.add([new_execution()]).result()
    store.close()


def test_lock_of_a_killed_process_is_free(data: Path):
    """A lock file that a dead process left behind holds nobody up."""
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    holder.kill()
    holder.communicate()
    assert (data / "crewlab.lock").read_text() == str(holder.pid)
    Store.open(data).close()


def test_damaged_file_is_an_error_with_a_hint(data: Path):
    """A file that is no database is refused in one sentence, and the folder is not left locked."""
    data.mkdir()
    (data / "crewlab.duckdb").write_text("this is not a database" * 1000)
    for _ in range(2):
        with pytest.raises(StoreError, match="could not be opened") as refused:
            Store.open(data)
        assert "snapshot or backup" in refused.value.hint


def test_a_folder_that_cannot_be_made_is_an_error_with_a_hint(tmp_path: Path):
    """A file stands where the data folder should be; a sentence, not an `OSError`."""
    (tmp_path / "file").write_text("")
    for data in (tmp_path / "file", tmp_path / "file" / "data"):
        with pytest.raises(StoreError, match="cannot be used") as caught:
            Store.open(data)
        assert "doctor" in caught.value.hint


def test_data_folder_is_private(data: Path):
    """Only its owner may look into the folder."""
    Store.open(data).close()
    assert data.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('/etc/hostname')",
        "COPY (SELECT 1) TO '/tmp/crewlab-should-not-exist.csv'",
        "ATTACH '/tmp/crewlab-should-not-exist.duckdb' AS other",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '100GB'",
        "SELECT * FROM python_variable",
    ],
)
def test_no_sql_reaches_outside(store: Store, sql: str):
    """Whatever SQL might one day be let in, it sees neither files nor Python, and cannot change that."""
    python_variable = [1]
    with store._database.cursor() as cursor, pytest.raises(duckdb.Error):
        cursor.execute(sql)
    assert python_variable == [1]


def test_many_threads_read_right(store: Store):
    """Readers in many threads, while the writer writes, each get the rows they asked for."""
    executions = [new_execution(inputs={"topic": str(number)}) for number in range(20)]
    store.executions.add(executions).result()
    wrong: list[str] = []

    def read(offset: int) -> None:
        for number in range(30):
            wanted = executions[(number + offset) % 20]
            got = store.executions.get(wanted.execution_id, owner=OWNER)
            if got.inputs != wanted.inputs:
                wrong.append(got.execution_id)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for _ in range(20):
        store.executions.add([new_execution()]).result()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_no_code_opens_the_database_file():
    """Opening and closing the file would drop DuckDB's lock on it, so no source names it except to connect or copy."""
    naming = {
        path.relative_to(PROJECT).as_posix()
        for path in (PROJECT / "crewlab").rglob("*.py")
        if "crewlab.duckdb" in path.read_text(encoding="utf-8")
    }
    assert naming <= {"crewlab/store/database.py", "crewlab/settings.py"}
