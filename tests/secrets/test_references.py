"""`${secret:NAME}`: the one form of naming a secret."""

from __future__ import annotations

from crewlab.secrets.references import filled, names_in

LLM = {"model": "openai/x", "api_key": "${secret:A}", "headers": {"Authorization": "Bearer ${secret:B_2}"}, "n": [1]}


def test_names_are_found_at_any_depth():
    """In texts, objects and lists; a misspelt reference is none."""
    assert list(names_in(LLM)) == ["A", "B_2"]
    assert list(names_in(["${secret:}", "{secret:A}", "${SECRET:A}", None])) == []


def test_values_are_filled_in_and_the_document_stays_as_it_was():
    """The result is a copy with values; everything else is equal."""
    result = filled(LLM, {"A": "one", "B_2": "two"}.__getitem__)
    assert result == {**LLM, "api_key": "one", "headers": {"Authorization": "Bearer two"}}
    assert LLM["api_key"] == "${secret:A}"
    assert filled("openai/x", str) == "openai/x"
