"""Names and inputs look on a page exactly as they were typed."""

from __future__ import annotations

import pytest

from crewlab.ui.components.plain_text import escape, shorten


@pytest.mark.parametrize(
    ("typed", "escaped"),
    [
        ("**bold** [x](y)", r"\*\*bold\*\* \[x\](y)"),
        ("- item", r"\- item"),
        ("1. item", r"1\. item"),
        ("2) item", r"2\) item"),
        ("a\nb", "a b"),
        (":red[x]", r"\:red\[x\]"),
        ("# title", r"\# title"),
        ("+ item", r"\+ item"),
        ("Limit: C# (in {euros})!", "Limit: C# (in {euros})!"),
        (":smile:", "\\:\u200bsmile\\:"),
        (":material/check: done", "\\:\u200bmaterial/check: done"),
        ("12:30:45 at http://x:80", r"12:30:45 at http\://x\:80"),
        ("ticket_id, a_1_b", "ticket_id, a_1_b"),
        ("_a_ __b__ c__d é_é", r"\_a\_ \_\_b\_\_ c\_\_d é_é"),
    ],
)
def test_text_stays_text(typed, escaped):
    """Marks, lists, directives and icons lose their meaning; times and addresses stay as they are."""
    assert escape(typed) == escaped


def test_long_text_is_cut_with_an_ellipsis():
    """Nothing is cut that fits."""
    assert shorten("abc", 3) == "abc"
    assert shorten("abc def", 5) == "abc…"
