"""Each example crew and flow runs over its own table from the command line."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from crewlab.commands.program import app
from crewlab.settings import PROJECT

TABLES = sorted((PROJECT / "data" / "examples").glob("*.csv"))
COLUMNS = ["status", "output", "duration_seconds", "input_tokens", "output_tokens", "cost_usd", "error"]


def test_every_example_has_a_table():
    """Of at least 20 rows."""
    assert {path.stem for path in TABLES} == {path.stem for path in TABLES[0].parent.glob("*.yaml")}
    for path in TABLES:
        with path.open(encoding="utf-8", newline="") as file:
            assert len(list(csv.DictReader(file))) >= 20


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.stem)
def test_a_batch_over_the_example_table_answers_every_row(table: Path, data: Path, tmp_path: Path):
    """One row out for each row in, all completed, measured, and a different output for each different input."""
    out = tmp_path / "out.csv"
    done = CliRunner().invoke(app, ["batch", table.stem, "--inputs", str(table), "--csv", str(out)])
    assert done.exit_code == 0, done.stderr
    with table.open(encoding="utf-8", newline="") as file:
        wanted = list(csv.DictReader(file))
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    names = [name for name in rows[0] if name in COLUMNS]
    assert names == COLUMNS
    assert [{key: row[key] for key in wanted[0]} for row in rows] == wanted
    assert {row["status"] for row in rows} == {"completed"}
    assert all(float(row["duration_seconds"]) > 0 and int(row["input_tokens"]) > 0 for row in rows)
    assert len({row["output"] for row in rows}) == len({tuple(row.values()) for row in wanted})
