"""Rows of the list of executions."""

from __future__ import annotations

from datetime import UTC, datetime

from crewlab.executions.execution import Execution
from crewlab.ui.components.executions.table import heading_of_progress, table_of, varying_inputs
from tests.factories import new_execution


def execution(**inputs: str) -> Execution:
    return Execution(**new_execution(inputs=inputs).model_dump(), created_at=datetime.now(UTC))


def test_inputs_that_tell_apart_are_shown():
    """A value that all rows share is left out; with nothing to tell apart, all are shown."""
    rows = [execution(topic="tea", region="EU"), execution(topic="coffee", region="EU")]
    assert list(table_of(rows)["inputs"]) == ["tea", "coffee"]
    assert varying_inputs(rows[:1]) == {"topic", "region"}


def test_columns_without_a_value_are_left_out():
    """Nothing has failed and nothing cost money: no column for either; rehearsal is marked in each row."""
    table = table_of([execution(topic="tea")])
    assert not {"error", "cost_usd", "row"} & set(table)
    assert list(table["note"]) == ["rehearsal: not evidence"]


def test_an_execution_of_another_definition_shows_its_own_inputs():
    """A row is never left without its inputs because the others around it have differently named ones."""
    rows = [execution(topic="tea"), execution(topic="coffee"), execution(city="Bonn")]
    assert table_of(rows)["inputs"].tolist()[-1] == "Bonn"


def test_progress_is_headed_by_what_is_counted():
    """Tasks of crews, steps of flows; a list of both says neither."""
    crew, flow = execution(topic="tea"), execution(topic="tea").model_copy(update={"kind": "flow"})
    assert heading_of_progress([crew]) == "Tasks"
    assert heading_of_progress([flow, flow]) == "Steps"
    assert heading_of_progress([crew, flow]) == "Done"
