"""`executions`: lists, filters and exports."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.commands.conftest import Call


@pytest.fixture
def filled(call: Call) -> Call:
    """Two completed executions about Ada and Grace, and a failed one."""
    call("run", "greeter.yaml", "-i", "topic=Ada")
    call("run", "greeter.yaml", "-i", "topic=Grace")
    call("run", "failing.yaml", "-i", "topic=Edsger")
    return call


def test_an_empty_store_is_an_empty_list(call: Call):
    """The columns are there, and the count."""
    done = call("executions")
    assert done.exit_code == 0
    assert "status" in done.stdout
    assert "0 of 0 executions." in done.stderr


def test_the_list_is_newest_first(filled: Call):
    """One line for each, with what it is and how it went."""
    lines = filled("executions").stdout.splitlines()[1:]
    assert [line.split()[2:4] for line in lines] == [
        ["failing", "failed"],
        ["greeter", "completed"],
        ["greeter", "completed"],
    ]


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (["--status", "failed"], 1),
        (["--definition", "greeter"], 2),
        (["--text", "Grace"], 1),
        (["--limit", "2"], 2),
        (["--batch", "none"], 0),
    ],
)
def test_filters_narrow_the_list_and_the_file(filled: Call, words: list[str], count: int):
    """What is on screen is what is exported."""
    assert len(filled("executions", *words).stdout.splitlines()) == 1 + count
    exported = filled("executions", *words, "--csv", "-").stdout
    assert len(list(csv.DictReader(io.StringIO(exported, newline="")))) == count
    assert len(json.loads(filled("executions", *words, "--json").stdout)) == count


def test_the_file_is_in_the_order_of_the_list_and_marks_rehearsals(filled: Call):
    """Newest first; every row of the rehearsal model says that it is one."""
    rows = list(csv.DictReader(io.StringIO(filled("executions", "--csv", "-").stdout, newline="")))
    assert [row["status"] for row in rows] == ["failed", "completed", "completed"]
    assert {row["note"] for row in rows} == {"rehearsal: not evidence"}


def test_an_unknown_status_lists_those_there_are(call: Call):
    """A typing mistake is not an empty list."""
    done = call("executions", "--status", "done")
    assert done.exit_code == 2
    assert "completed" in done.stderr
