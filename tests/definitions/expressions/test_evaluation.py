"""What an expression is given is what CEL itself makes of JSON."""

from __future__ import annotations

from typing import Any

import pytest
from celpy.adapter import json_to_cel

from crewlab.definitions.expressions.evaluation import Budget
from crewlab.errors import ExpressionError

LARGEST = 2**63 - 1


@pytest.mark.parametrize(
    "value",
    [True, None, "a", 1.5, 0, -7, LARGEST, -LARGEST - 1, [], {}, [1, [2.0, {"a": None}]], {"a": {"b": [False, "c"]}}],
)
def test_a_value_becomes_what_cel_makes_of_it(value: Any):
    """Of the same type, within lists and maps too."""
    assert repr(Budget().converted(value)) == repr(json_to_cel(value))


@pytest.mark.parametrize("number", [LARGEST + 1, -LARGEST - 2])
def test_a_number_beyond_64_bits_is_refused(number: int):
    """CEL has no larger ones, and counting on with a wrong one would be worse."""
    with pytest.raises(ExpressionError, match="does not know"):
        Budget().converted({"count": [number]})
