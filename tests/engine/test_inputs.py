"""The values that an execution is given."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crewlab.engine.inputs import complete_inputs, starting_values
from crewlab.errors import InputsError
from tests.engine.fakes import document, task

TOPIC = document(task("write", description="About {topic} in {year}"), inputs={"year": 2026})


def test_defaults_of_the_document_fill_in():
    """A given value wins; what is not given, or given as nothing, has the default."""
    rows = [{"topic": "a"}, {"topic": "b", "year": 1999}, {"topic": "c", "year": None}]
    assert [row["year"] for row in complete_inputs(TOPIC, rows)] == [2026, 1999, 2026]


def test_rows_of_a_frame_become_plain_values():
    """numpy's numbers are Python's, whatever pandas calls missing is no value."""
    frame = pd.DataFrame({"topic": ["a"], "n": [np.int64(3)], "gone": [float("nan")], "when": [pd.NaT]})
    row = complete_inputs(TOPIC, frame.to_dict("records"))[0]
    assert row == {"topic": "a", "n": 3, "year": 2026}
    assert type(row["n"]) is int


@pytest.mark.parametrize("rows", [[["a"]], ["topic"], pd.DataFrame({"topic": ["a"]})], ids=["list", "text", "frame"])
def test_rows_that_are_no_mappings_are_a_sentence(rows: object):
    """Going over a frame gives its column names, which is what somebody tries first."""
    with pytest.raises(InputsError, match="mapping of names to values") as caught:
        complete_inputs(TOPIC, rows)
    assert 'to_dict("records")' in caught.value.hint


def test_a_state_that_does_not_fit_names_its_row():
    """Where there are several."""
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
    flow = {"methods": {}, "state": {"type": "json_schema", "json_schema": schema}}
    with pytest.raises(InputsError, match=r"^Row 2: The state does not fit: n:"):
        starting_values(flow, [{"n": 1}, {"n": "x"}])
    with pytest.raises(InputsError, match=r"^The state does not fit: n:"):
        starting_values(flow, [{"n": "x"}])


def test_extra_columns_stay():
    """A column that no placeholder asks for is part of the row."""
    assert complete_inputs(TOPIC, [{"topic": "a", "id": 7}])[0]["id"] == 7


def test_missing_values_name_their_rows():
    """The first few rows by number, the others counted."""
    with pytest.raises(InputsError, match=r"row 1: topic; row 2: topic; row 3: topic; and 2 more rows"):
        complete_inputs(TOPIC, [{}] * 5)
    with pytest.raises(InputsError, match="no value for topic"):
        complete_inputs(TOPIC, [{}])
