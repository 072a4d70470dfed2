"""What stands above the columns of a comparison."""

from __future__ import annotations

from crewlab.analysis.compare.labels import batch_labels
from crewlab.executions.batch import Batch


def test_a_long_name_leaves_room_for_the_other_columns():
    """The letter tells two apart that begin alike."""
    names = ["Briefs for the board meeting on Monday", "Briefs for the board meeting on Tuesday", "triage"]
    labels = batch_labels([Batch.model_construct(name=name) for name in names])
    assert labels == ("A · Briefs for the board meeting on…", "B · Briefs for the board meeting on…", "C · triage")
