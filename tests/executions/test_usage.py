"""Usage: adding up tokens and money without inventing any."""

from __future__ import annotations

from crewlab.executions.usage import Usage


def test_unknown_tokens_stay_unknown():
    """Two calls that reported nothing add up to unknown, never to 0."""
    total = Usage(model_calls=1, unknown_calls=1) + Usage(model_calls=1, unknown_calls=1)
    assert total.input_tokens is None
    assert total.unknown_calls == 2


def test_a_known_part_is_kept_beside_an_unknown_one():
    """One call that reported nothing does not hide what the others used; it is counted apart."""
    total = Usage(model_calls=1, input_tokens=7) + Usage(model_calls=1, unknown_calls=1)
    assert (total.input_tokens, total.unknown_calls, total.model_calls) == (7, 1, 2)


def test_nothing_at_all_has_no_cost():
    """The total of no calls is no spend known, not $0."""
    assert Usage.total([]).cost_usd is None


def test_total_tokens_are_input_and_output():
    """Cached and reasoning tokens are parts of the two, not added again."""
    assert Usage(input_tokens=5, output_tokens=3, cached_tokens=4, reasoning_tokens=2).total_tokens == 8
