"""`doctor`: the truth about this machine, and what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crewlab.lab import Lab
from tests.commands.conftest import Call
from tests.otlp_receiver import OtlpReceiver


def findings(call: Call) -> dict[str, dict[str, Any]]:
    return {finding["what"]: finding for finding in json.loads(call("doctor", "--json").stdout)}


def test_a_machine_in_order_passes(call: Call, data: Path):
    """Exit status 0, with versions, and no store made."""
    done = call("doctor")
    assert done.exit_code == 0, done.output
    assert "1.15.30" in done.stdout
    assert str(data) in done.stdout
    assert not data.exists()


def test_keys_are_named_and_never_shown(call: Call, monkeypatch: pytest.MonkeyPatch):
    """The variable is there, its value is not."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    done = call("doctor")
    assert "OPENAI_API_KEY" in done.stdout
    assert "sk-very-secret" not in done.output


def test_a_store_that_is_held_is_a_note_that_names_the_process(call: Call, data: Path):
    """Working as intended, and worth knowing."""
    with Lab.open(data):
        found = findings(call)["store"]
    assert found["state"] == "note"
    assert "holds the store" in found["found"]
    assert findings(call)["store"]["state"] == "ok"


def test_a_wrong_setting_is_named(call: Call, monkeypatch: pytest.MonkeyPatch):
    """Exit status 1, and which variable it is."""
    monkeypatch.setenv("CREWLAB_WORKERS", "many")
    assert call("doctor").exit_code == 1
    assert "CREWLAB_WORKERS" in findings(call)["settings"]["found"]


def test_a_variable_that_is_no_setting_is_noted(call: Call, monkeypatch: pytest.MonkeyPatch):
    """A misspelled name does nothing, and should not do so in silence."""
    monkeypatch.setenv("CREWLAB_WORKER", "2")
    found = findings(call)["settings"]
    assert (found["state"], found["found"]) == ("note", "no setting: CREWLAB_WORKER")


def test_a_damaged_database_is_wrong(call: Call, data: Path):
    """What the next command would fall over, without opening the file."""
    with Lab.open(data):
        pass
    assert findings(call)["database"]["state"] == "ok"
    (data / "crewlab.duckdb").write_bytes(b"garbage" * 100)
    assert findings(call)["database"]["state"] == "wrong"


def test_a_folder_that_cannot_be_written_is_wrong(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A file stands where the data folder should be."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CREWLAB_DATA", str(tmp_path / "file"))
    done = call("doctor")
    assert done.exit_code == 1
    assert "CREWLAB_DATA" in done.stderr


def test_broken_prices_are_wrong(call: Call, data: Path):
    """The file is named."""
    data.mkdir()
    (data / "prices.json").write_text("{")
    assert findings(call)["prices"]["state"] == "wrong"


def test_a_receiver_of_traces_is_tried(call: Call, monkeypatch: pytest.MonkeyPatch):
    """Off is fine; one that does not answer is said, with what to do."""
    assert findings(call)["trace export"]["found"] == "off"
    with OtlpReceiver() as receiver:
        monkeypatch.setenv("CREWLAB_OTLP_ENDPOINT", receiver.url)
        assert findings(call)["trace export"]["state"] == "ok"
    found = findings(call)["trace export"]
    assert found["state"] == "wrong"
    assert "cannot be reached" in found["found"]
