"""Which definitions and drafts the list shows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crewlab.definitions.version import Draft
from crewlab.ui.components.definitions.filters import ARCHIVE, CREWS, FLOWS, DefinitionFilters

NOTES = Draft(
    draft_id="d",
    document={"name": "notes", "description": "Release notes", "methods": {}},
    updated_at=datetime.now(UTC),
)


@pytest.mark.parametrize(
    ("filters", "is_kept"),
    [
        ({}, True),
        ({"text": "release NOTES"}, True),
        ({"text": "market"}, False),
        ({"shown": FLOWS}, True),
        ({"shown": CREWS}, False),
        ({"shown": ARCHIVE}, False),
        ({"tags": ("weekly",)}, False),
        ({"collection": "Sales"}, False),
    ],
)
def test_what_was_never_saved_is_filtered_too(filters: dict, is_kept: bool):
    """By words and kind; a tag or a collection can only be on what is saved."""
    assert DefinitionFilters(**filters).keeps_draft(NOTES) is is_kept
