"""Which tasks a fork runs again."""

from __future__ import annotations

from typing import Any

import pytest

from crewlab.engine.forking import plan_fork
from crewlab.errors import InputsError
from crewlab.executions.execution import StoredTask
from tests.engine.fakes import document, execution, task

CREW = document(
    task("a", description="Look at {x}", context=[]),
    task("b", description="Look at {y}", context=[]),
    task("c", context=["a"]),
    task("d", context=["b", "c"]),
    process="parallel",
)


def plan(done: str = "abcd", crew: dict[str, Any] = CREW, **changes: Any) -> tuple[str, str | None]:
    """The tasks that are given, and the first that is not as it was."""
    source = execution("e0", document=crew, inputs={"x": "1", "y": "2"})
    names = [one["name"] for one in crew["tasks"]]
    finished = [
        StoredTask(task_index=names.index(name), task_name=name, agent="writer", attempt=1, output=name.upper())
        for name in done
    ]
    asked: dict[str, Any] = {"from_task": None, "outputs": None, "inputs": None, **changes}
    found = plan_fork(source, finished, **asked)
    assert all(given.execution_id == "e0" for given in found.given)
    return "".join(given.task_name for given in found.given), found.first_task


def test_a_named_task_and_its_readers_run_again():
    """Directly or not; the others are given."""
    assert plan(from_task="a") == ("b", "a")
    assert plan(from_task="c") == ("ab", "c")
    assert plan(from_task="d") == ("abc", "d")


def test_readers_of_an_edited_output_run_again():
    """The edited one is given, also where an earlier task runs again."""
    assert plan(outputs={"a": "other"}) == ("ab", "a")
    assert plan(outputs={"c": "other"}, from_task="a") == ("bc", "a")
    assert plan(outputs={"d": "other"}) == ("abcd", "d")


def test_inputs_run_the_prompts_that_they_change():
    """A task whose text does not hold the input is given, unless it reads one that runs again."""
    assert plan(inputs={"y": "3"}) == ("ac", "b")
    assert plan(inputs={"y": "2"}) == ("abcd", None)


def test_what_had_not_finished_runs():
    """And all that read it."""
    assert plan(done="ab", from_task="b") == ("a", "b")


def test_an_input_of_an_agent_changes_the_tasks_of_that_agent():
    """Also of those who may delegate to it; under a manager of all."""
    plain = {"role": "R", "goal": "G", "backstory": "B"}
    two = {"first": plain | {"goal": "G {x}"}, "second": plain}
    tasks = [task("a", agent="first", context=[]), task("b", agent="second", context=[])]
    crew = document(*tasks, process="parallel") | {"agents": two}
    assert plan("ab", crew, inputs={"x": "9"}) == ("b", "a")
    delegating = crew | {"agents": two | {"second": plain | {"allow_delegation": True}}}
    assert plan("ab", delegating, inputs={"x": "9"}) == ("", "a")
    assert plan("ab", crew | {"process": "hierarchical"}, inputs={"x": "9"}) == ("", "a")


def test_a_sequential_crew_reads_everything_before():
    """An absent context means all tasks before it."""
    crew = document(task("a"), task("b"), task("c"))
    assert plan("abc", crew, from_task="b") == ("a", "b")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Nothing is changed"),
        ({"from_task": "z"}, "no task 'z'"),
        ({"outputs": {"z": "text"}}, "no task 'z'"),
        ({"outputs": {"a": "  "}}, "is empty"),
        ({"outputs": {"a": "text"}, "from_task": "a"}, "cannot be edited and run again"),
    ],
)
def test_what_makes_no_sense_is_a_sentence(changes: dict[str, Any], words: str):
    """Nothing is stored, and the caller reads what is wrong."""
    with pytest.raises(InputsError, match=words):
        plan(**changes)


def test_an_edited_output_of_a_schema_is_json():
    """What the next task and the table of a batch read must be of the kind that the task promises."""
    crew = document(task("a", output_json={"type": "object"}), task("b"))
    assert plan("ab", crew, outputs={"a": '{"n": 1}'}) == ("a", "a")
    with pytest.raises(InputsError, match="not JSON"):
        plan("ab", crew, outputs={"a": "n is 1"})
