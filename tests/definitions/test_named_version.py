"""How a version is named."""

from __future__ import annotations

import pytest

from crewlab.definitions.named_version import named_version


@pytest.mark.parametrize(
    ("text", "name", "number"),
    [
        ("brief@3", "brief", 3),
        ("brief", "brief", None),
        ("ann@home", "ann@home", None),
        ("ann@home@2", "ann@home", 2),
        ("@2", "@2", None),
        ("brief@", "brief@", None),
        ("brief@²", "brief@²", None),
        ("brief@" + "9" * 20, "brief@" + "9" * 20, None),
    ],
)
def test_only_a_number_behind_the_last_sign_is_one(text: str, name: str, number: int | None):
    """Everything else is part of the name; the text is what it was."""
    found = named_version(text)
    assert (found.name, found.number) == (name, number)
    assert str(found) == text
