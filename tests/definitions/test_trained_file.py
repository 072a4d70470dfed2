"""Files of `crewai train`: what agents learned is read, and nothing in them can run."""

from __future__ import annotations

import os
import pickle
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crewlab.definitions.trained_file import LARGEST, lessons_in
from crewlab.errors import DocumentError

LEARNED = {"Writer": {"suggestions": ["Be brief", "Name sources"], "quality": 8.5, "final_summary": "Short."}}


class Bomb:
    """Would make a folder if it were unpickled."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def __reduce__(self) -> Any:
        return os.mkdir, (self._folder,)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_instructions_are_read_by_role(protocol: int):
    """Whatever protocol Python wrote it with."""
    content = pickle.dumps({**LEARNED, "Clerk": {"suggestions": []}, "Odd": 3}, protocol=protocol)
    assert lessons_in(content, "trained.pkl") == {"Writer": ("Be brief", "Name sources")}


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_code_in_it_is_refused_and_does_not_run(tmp_path: Any, protocol: int):
    """It is looked at before it is read."""
    folder = tmp_path / "made"
    with pytest.raises(DocumentError, match="would run code"):
        lessons_in(pickle.dumps({"Writer": Bomb(str(folder))}, protocol=protocol), "trained.pkl")
    assert not folder.exists()


def test_a_file_that_is_too_large_is_refused():
    """Nobody learned that much."""
    with pytest.raises(DocumentError, match="larger"):
        lessons_in(b"\x00" * (LARGEST + 1), "trained.pkl")


def test_a_few_bytes_do_not_ask_for_gigabytes():
    """A place far out in the memo costs one entry."""
    content = b"\x80\x04}r\xff\xff\xff\x7f."
    assert lessons_in(content, "trained.pkl") == {}


@given(content=st.binary(max_size=60) | st.binary(max_size=20).map(lambda end: pickle.dumps(LEARNED)[:40] + end))
def test_any_bytes_give_lessons_or_a_clear_error(content: bytes):
    """Never a traceback."""
    with suppress(DocumentError):
        assert isinstance(lessons_in(content, "x.pkl"), dict)
