"""Outputs as texts to compare."""

from __future__ import annotations

from crewlab.ui.components.compare.word_diff_view import readable


def test_json_is_compared_in_one_order():
    """Two answers with the same fields in another order are equal."""
    assert readable("x", {"b": 1, "a": 2}) == readable("y", {"a": 2, "b": 1})


def test_text_is_compared_as_it_is():
    """No output is an empty text."""
    assert (readable("as is", None), readable(None, None)) == ("as is", "")
