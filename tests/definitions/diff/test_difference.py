"""Two versions or documents side by side."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from crewlab.definitions.diff.difference import compared
from crewlab.definitions.version import DefinitionVersion, content_hash
from crewlab.errors import DefinitionError, DefinitionNotFoundError
from tests.definitions.documents import crew

DOCUMENTS = {1: crew(), 2: crew(process="parallel", note="<b>")}


def version(name: str, number: int | None) -> DefinitionVersion:
    """Version 1 or 2 of `brief`."""
    number = number or 2
    if name != "brief" or number not in DOCUMENTS:
        raise DefinitionNotFoundError(name)
    document = DOCUMENTS[number]
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return DefinitionVersion(definition_id="brief", owner="o", name=name, number=number, document=document,
                             content_hash=content_hash(document), created_at=at)  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "title"),
    [
        ("brief@1", "brief@2", "brief@1 → brief@2: 2 changes"),
        ("brief@1", None, "brief@1 → brief@2: 2 changes"),
        ("brief", "brief@2", "brief@2 → brief@2: no difference"),
        ("brief@1", {**crew(), "planning": True, "name": "mine"}, "brief@1 → mine: 2 changes"),
    ],
)
def test_any_two_can_be_compared(before: str, after: Any, title: str):
    """Versions by name and number, the latest of the same, documents."""
    assert compared(before, after, version).title == title


def test_what_is_not_there_cannot_be_compared():
    """A version, a definition, the other side of a document."""
    for name in ("brief@9", "other"):
        with pytest.raises(DefinitionNotFoundError):
            compared(name, None, version)
    with pytest.raises(DefinitionError, match="no versions"):
        compared(crew(), None, version)


def test_it_prints_and_shows_every_change():
    """A line for each; what stands in documents is text in a notebook."""
    found = compared("brief@1", "brief@2", version)
    assert str(found).splitlines() == [found.title, "  process: sequential → parallel", "  note: nothing → <b>"]
    assert "<b>process</b> sequential → parallel" in found._repr_html_()
    assert "→ &lt;b&gt;" in found._repr_html_()
