"""What callers hand over, and what it is taken for."""

from __future__ import annotations

import numpy
import pytest

from crewlab.definitions.arguments import require_choice, whole_number_of
from crewlab.errors import ArgumentError


def test_a_number_of_a_frame_is_a_number():
    """Columns of frames hold NumPy's; JSON knows none of them."""
    assert type(whole_number_of(numpy.int64(3), "number")) is int


@pytest.mark.parametrize("value", ["3", 3.0, True, None])
def test_what_only_looks_like_a_number_is_none(value):
    """Which version a text or a yes means would be a guess."""
    with pytest.raises(ArgumentError, match="'number' has to be a whole number"):
        whole_number_of(value, "number")


def test_a_choice_may_be_left_open():
    """Nothing is no wrong choice."""
    require_choice(None, "kind", ("crew", "flow"))
