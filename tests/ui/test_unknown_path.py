"""Addresses that no page has are told from those that have one."""

from __future__ import annotations

import pytest

from crewlab.ui.unknown_path import unknown_path

HOST = "http://127.0.0.1:8501"


@pytest.mark.parametrize(
    ("url", "base", "found"),
    [
        (f"{HOST}/", "", None),
        (f"{HOST}/executions?batch=1", "", None),
        (f"{HOST}/nope", "", "/nope"),
        (f"{HOST}/definition/x%20y", "", "/definition/x y"),
        (f"{HOST}/lab/launch", "lab", None),
        (f"{HOST}/lab/", "/lab/", None),
        (f"{HOST}/lab/nope", "lab", "/nope"),
        ("", "", None),
    ],
)
def test_only_what_no_page_has_is_unknown(url, base, found):
    """Parameters and the app's own base path do not matter."""
    assert unknown_path(url, base) == found
