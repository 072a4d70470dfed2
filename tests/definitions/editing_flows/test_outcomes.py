"""All or any of names, as a form picks them."""

from __future__ import annotations

from crewlab.definitions.editing_flows.outcomes import joined, plain_trigger


def test_plain_triggers_can_be_picked():
    """All or any of names; nested ones are edited as text."""
    assert plain_trigger({"and": ["a", "b"]}) == (["a", "b"], "all")
    assert plain_trigger("a") == (["a"], "any")
    assert plain_trigger(None) == ([], "any")
    assert plain_trigger({"and": ["a", {"or": ["b", "c"]}]}) is None
    assert joined(["a"], "all") == "a"
    assert joined(["a", "b"], "all") == {"and": ["a", "b"]}
    assert joined([], "any") is None
