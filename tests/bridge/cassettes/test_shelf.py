"""The folder of cassettes."""

from __future__ import annotations

from pathlib import Path

import pytest

from crewlab.bridge.cassettes import Shelf
from crewlab.errors import CassetteError
from crewlab.executions.cassette import Cassette
from tests.factories import new_execution


def test_a_shelf_lists_what_is_in_its_folder(tmp_path: Path):
    """By name, with sizes; a folder that is not there is empty."""
    assert Shelf(tmp_path / "none").infos() == []
    for name in ("b.jsonl", "a.jsonl", "notes.txt"):
        (tmp_path / name).write_text("123")
    assert [(info.name, info.size) for info in Shelf(tmp_path).infos()] == [("a", 3), ("b", 3)]


def test_a_replay_needs_its_cassette(tmp_path: Path):
    """A recording begins one, a replay does not."""
    Shelf(tmp_path).require(Cassette.record("new"))
    (tmp_path / "other.jsonl").write_text("")
    with pytest.raises(CassetteError) as missing:
        Shelf(tmp_path).require(Cassette.replay("new"))
    assert "other" in missing.value.hint


def test_attempts_share_a_tape(tmp_path: Path):
    """Two locks over one file would tear it."""
    shelf, record = Shelf(tmp_path), Cassette.record("one")
    decks = [shelf.deck(record, new_execution(), str) for _ in range(2)]
    assert decks[0]._tape is decks[1]._tape
