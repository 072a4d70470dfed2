"""Triggers as text."""

from __future__ import annotations

import pytest

from crewlab.definitions.flows.trigger_text import read_trigger, trigger_text
from crewlab.errors import DocumentError


@pytest.mark.parametrize(
    ("text", "trigger"),
    [
        ("", None),
        ("a", "a"),
        ("a and b", {"and": ["a", "b"]}),
        ("a or b or c", {"or": ["a", "b", "c"]}),
        ("a and (b or c)", {"and": ["a", {"or": ["b", "c"]}]}),
        ('"too long" and "or"', {"and": ["too long", "or"]}),
        ("(a and b) or c", {"or": [{"and": ["a", "b"]}, "c"]}),
    ],
)
def test_a_trigger_and_its_text(text, trigger):
    """Each can be read from the other."""
    assert read_trigger(text) == trigger
    assert trigger_text(trigger) == text


def test_and_binds_stronger_than_or():
    """As in most languages; capitals and needless brackets are fine."""
    assert read_trigger("a AND b or ((c))") == {"or": [{"and": ["a", "b"]}, "c"]}


@pytest.mark.parametrize("text", ["and", "a and", "a b", "(a", "a)", "a or ()", '"a', "(" * 50 + "a" + ")" * 50])
def test_a_text_that_is_no_trigger_is_refused(text):
    """With what is wrong, in one sentence."""
    with pytest.raises(DocumentError):
        read_trigger(text)
