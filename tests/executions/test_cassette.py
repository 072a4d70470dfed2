"""What a launch may ask of a cassette."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from crewlab.errors import InputsError
from crewlab.executions.cassette import Cassette


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "a\\b", ".hidden", "-x", "a\n", "ä", "x" * 81, "a\0b"])
def test_a_name_cannot_lead_out_of_the_folder(name: str):
    """Names are file names, and nothing else; also when they come over HTTP."""
    with pytest.raises(InputsError):
        Cassette.record(name)
    with pytest.raises(ValidationError):
        Cassette(name=name, mode="replay")


def test_only_a_strict_replay_needs_no_model():
    """Recording and live misses may cost something."""
    strict, live, record = Cassette.replay("a-1.b_c"), Cassette.replay("a", on_miss="live"), Cassette.record("a")
    assert [one.needs_no_model for one in (strict, live, record)] == [True, False, False]
    assert [one.is_replay for one in (strict, live, record)] == [True, True, False]
    with pytest.raises(InputsError, match="neither"):
        Cassette.replay("a", on_miss="maybe")  # type: ignore[arg-type]  # what an analyst may mistype
