"""What it takes to add a process."""

from __future__ import annotations

from pathlib import Path

import pytest

from crewlab.definitions.processes import PROCESSES
from crewlab.engine import processes
from crewlab.lab import Lab
from tests.acceptance import crews

TOY = """
class Backwards:
    def __init__(self, depends_on):
        self._count = len(depends_on)

    def ready(self, done, running):
        return [] if running else [index for index in reversed(range(self._count)) if index not in done][:1]
"""


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """One file where the processes are, and one line in their table."""
    (tmp_path / "backwards.py").write_text(TOY)
    monkeypatch.setattr(processes, "__path__", [*processes.__path__, str(tmp_path)])
    monkeypatch.setitem(PROCESSES, "backwards", "The last task first.")
    return "backwards"


def crew_of(process: str) -> dict[str, object]:
    crew = crews.chain({"model": "rehearsal/terse"}, "first", "second", "third")
    tasks = [{**task, "context": []} for task in crew["tasks"]]
    return {**crew, "tasks": tasks, "process": process}


def test_a_process_is_one_file_and_one_line(toy: str, data: Path):
    """A toy process passes the check, runs, and decides the order."""
    with Lab.open(data) as lab:
        done = lab.run(crew_of(toy), {"topic": "tea"})
        tasks = lab.tasks_df(execution_ids=[done.execution_id])
    assert done.status == "completed", done.error
    assert list(tasks.sort_values("started_at")["task_name"]) == ["third", "second", "first"]


def test_a_process_that_is_in_no_table_is_refused(data: Path):
    """Without its line the check names those that there are."""
    with Lab.open(data) as lab:
        (problem,) = [one for one in lab.definitions.check(crew_of("backwards")) if one.id == "crew.process.unknown"]
    assert "parallel, sequential, hierarchical" in problem.hint


@pytest.mark.parametrize("name", PROCESSES)
def test_every_process_of_the_table_has_its_file(name: str):
    """A name that documents may use has a class behind it."""
    assert processes.process_named(name, [(), (0,)]).ready(set(), set()) == [0]
