"""The example crews are what an analyst may copy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crewlab.definitions.checks import check
from crewlab.definitions.examples import example_documents
from crewlab.definitions.kinds import kind_of
from crewlab.definitions.known import Known
from crewlab.definitions.library.tool_catalogue import tool_specs
from crewlab.definitions.models import is_rehearsal, model_of, models_of, named_llms
from crewlab.definitions.notation.text import read_document, write_document
from crewlab.definitions.placeholders import placeholders
from crewlab.definitions.tables.rows import apply_mapping, guess_mapping, read_table
from crewlab.settings import PROJECT

FOLDER = PROJECT / "data" / "examples"
EXAMPLES = {document["name"]: (document, table) for document, table in example_documents(FOLDER)}
CREWS = [name for name, (document, _) in EXAMPLES.items() if kind_of(document) == "crew"]
KNOWN = Known(
    tools=frozenset(tool_specs()), keys=frozenset(), providers=frozenset({"rehearsal"}), priced_models=frozenset()
)


def test_there_are_four_crews_and_three_flows():
    """One for each thing that a crew or a flow can do, the file named like it."""
    assert CREWS == ["data-quality-review", "incident-review", "market-brief", "ticket-triage"]
    assert set(EXAMPLES) - set(CREWS) == {"market-entry", "polished-answer", "ticket-desk"}
    assert [path.stem for path in sorted(FOLDER.glob("*.yaml"))] == list(EXAMPLES)


@pytest.mark.parametrize("name", CREWS)
def test_a_crew_has_nothing_wrong(name: str):
    """It runs on a new machine: no key, no warning, a little latency on every model."""
    document, _ = EXAMPLES[name]
    assert check(document, KNOWN) == []
    assert is_rehearsal(document)
    assert all(model.startswith("rehearsal/") for model in models_of(document))
    latencies = [model_of(llm).parameters["latency_seconds"] for _, llm in named_llms(document)]
    assert all(0.3 <= latency <= 0.8 for latency in latencies)


def needed(document: dict[str, Any]) -> set[str]:
    """The placeholders of a crew, or what the state of a flow requires."""
    if kind_of(document) == "crew":
        return set(placeholders(document))
    return set(document["state"]["json_schema"]["required"])


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_comes_with_a_table_that_fits(name: str):
    """At least 20 different rows, a column for each input that has to be given, none empty, none superfluous."""
    document, path = EXAMPLES[name]
    assert path is not None
    table = read_table(path.read_bytes(), path.name)
    assert set(table.columns) <= set(placeholders(document))
    assert set(table.columns) >= needed(document)
    rows = apply_mapping(table, guess_mapping(table.columns, table.columns))
    assert not [row for row in rows if row.errors]
    assert len({tuple(row.inputs.values()) for row in rows}) == len(rows) >= 20
    assert not table.warnings


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_says_what_it_does_and_survives_export(name: str):
    """A comment at the top names the inputs; export and import change nothing."""
    document, _ = EXAMPLES[name]
    head = "".join(line for line in (FOLDER / f"{name}.yaml").read_text("utf-8").splitlines() if line.startswith("#"))
    assert all(name in head for name in needed(document))
    assert read_document(write_document(document), source="x.yaml") == document


def test_the_files_to_review_are_there_and_have_flaws():
    """Every file that the table names exists, with enough rows and something to find."""
    review = EXAMPLES["data-quality-review"][1]
    assert review is not None
    named = {row["file"] for row in read_table(review.read_bytes(), review.name).rows}
    files = {path.name: path for path in (FOLDER / "files").glob("*.csv")}
    assert named == set(files)
    for path in files.values():
        table = read_table(path.read_bytes(), path.name)
        keys = [next(iter(row.values())) for row in table.rows]
        missing = sum(not value for row in table.rows for value in row.values())
        assert len(table.rows) >= 40, path.name
        assert missing > 0 or len(set(keys)) < len(keys), path.name


def test_a_folder_without_tables_still_has_its_crews(tmp_path: Path):
    """A crew may come without a table."""
    (tmp_path / "a.yaml").write_text("name: a", encoding="utf-8")
    assert example_documents(tmp_path) == [({"name": "a"}, None)]
