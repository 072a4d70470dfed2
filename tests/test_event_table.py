"""What the README says of events is what the events say of themselves."""

from __future__ import annotations

import pytest

from crewlab.executions.events import EVENTS
from tests.event_table import README, inserted


def test_the_readme_shows_every_event():
    """Should this fail, run `make docs`: the table is generated."""
    text = README.read_text("utf-8")
    assert inserted(text) == text, "run `make docs` and commit README.md"


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_every_event_says_when_it_happens(event):
    """In a docstring of its own: an inherited one speaks of something else."""
    assert event.__dict__.get("__doc__")
    assert event.model_fields["kind"].default
