"""Tasks lined up across versions."""

from __future__ import annotations

from crewlab.analysis import frames
from crewlab.analysis.compare.task_lines import UNASSIGNED, lines, tasks_table
from tests.analysis.rows import calls, document, execution, tasks


def version(execution_id, *task_names, **values):
    return execution(execution_id, document=document(*task_names), content_hash="".join(task_names), **values)


def presences(*executions):
    return {line: [place.presence for place in places] for line, places in lines(executions).items()}


def test_tasks_of_one_version_stand_on_their_own_lines():
    """Without a change there is nothing to match."""
    assert presences(version("a", "research", "write"), version("b", "research", "write")) == {
        "research": ["baseline", "same"],
        "write": ["baseline", "same"],
    }


def test_a_renamed_task_keeps_its_line():
    """Its figures stay comparable, and its own name is shown."""
    found = lines([version("a", "research", "write"), version("b", "research", "report")])
    assert found["write"] == [("write", "baseline"), ("report", "renamed")]


def test_a_removed_and_an_added_task_are_shown_as_such():
    """Nothing disappears silently."""
    before = version("a", "research", "write")
    after = document("research", "write")
    after["tasks"][1] = {"name": "vote", "description": "Ask three people", "expected_output": "A number", "agent": "x"}
    assert presences(before, execution("b", document=after, content_hash="two")) == {
        "research": ["baseline", "same"],
        "vote": ["absent", "added"],
        "write": ["baseline", "removed"],
    }


def test_an_added_task_stands_where_its_version_has_it():
    """Between its neighbours, and on one line for all versions that added it."""
    first = version("a", "research", "write")
    second, third = (version(name, "research", "check", "write") for name in "bc")
    assert presences(first, second, third) == {
        "research": ["baseline", "same", "same"],
        "check": ["absent", "added", "added"],
        "write": ["baseline", "same", "same"],
    }


def test_attempts_add_up_and_the_last_one_speaks():
    """A resumed task counts what both attempts spent, with the output of the last."""
    rows = tasks(
        {"execution_id": "a", "task_name": "write", "input_tokens": 5, "status": "failed"},
        {"execution_id": "a", "task_name": "write", "input_tokens": 7, "attempt": 2, "output": "done"},
    )
    pair = [version("a", "write"), version("b", "write")]
    table = tasks_table(pair, ["A", "B"], rows, frames.empty("model_calls")).set_index("label")
    assert table.loc["A", ["input_tokens", "status", "output"]].tolist() == [12, "completed", "done"]
    assert table.loc["B", "status"] == "not started"


def test_calls_of_a_manager_have_a_line_of_their_own():
    """Lines add up to the total: what serves no single task is not lost."""
    used = calls(
        "model_calls",
        {"execution_id": "a", "task_name": None, "input_tokens": 3, "purpose": "manager"},
        {"execution_id": "a", "task_name": None, "input_tokens": 4, "status": "failed"},
        {"execution_id": "a", "task_name": "write", "input_tokens": 100},
    )
    pair = [version("a", "write"), version("b", "write")]
    table = tasks_table(pair, ["A", "B"], frames.empty("tasks"), used)
    row = table[(table["task"] == UNASSIGNED) & (table["label"] == "A")].iloc[0]
    assert (row["model_calls"], row["failed_calls"], row["input_tokens"]) == (2, 1, 7)


def test_dtypes_do_not_depend_on_what_is_known():
    """No task has a row yet: the table is the same shape."""
    table = tasks_table(
        [version("a", "w"), version("b", "w")], "AB", frames.empty("tasks"), frames.empty("model_calls")
    )
    assert (str(table["input_tokens"].dtype), str(table["cost_usd"].dtype)) == ("Int64", "float64")
