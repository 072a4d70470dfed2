"""The file of a cassette: readable, appended to line by line, and whole after a crash."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from crewlab.bridge.cassettes.recording import Answer, Recording, Traits, tool_request
from crewlab.bridge.cassettes.tape import Tape
from crewlab.errors import CassetteError


def recording(number: int, text: str = "said") -> Recording:
    return Recording(kind="tool_call", request=tool_request("look", {"at": number}), answer=Answer(text=text))


def opened(path: Path) -> Tape:
    tape = Tape(path, str)
    tape.refresh()
    return tape


def requests(tape: Tape) -> list[int]:
    return [one.request["arguments"]["at"] for one in tape.recordings()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cassettes" / "one.jsonl"


def test_what_was_added_is_read_again(path: Path):
    """Recordings and traits survive the process, one JSON object a line, under a header with the version."""
    tape = Tape(path, str)
    tape.add_traits(Traits(name="openai/x", model="x", function_calling=False))
    tape.add(recording(1, "naïve ☕\nline"))
    again = opened(path)
    assert again.recordings() == [recording(1, "naïve ☕\nline").model_copy(update={"recorded_at": _at(again)})]
    assert again.traits("openai/x") == Traits(name="openai/x", model="x", function_calling=False)
    header, *lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert header["cassette"] == 1
    assert [line["kind"] for line in lines] == ["model", "tool_call"]


def _at(tape: Tape):
    return tape.recordings()[0].recorded_at


@pytest.mark.parametrize("cut", [1, 20, 60])
def test_a_torn_last_line_is_no_recording_and_is_in_nobodys_way(path: Path, cut: int):
    """A crash while appending loses that one line; what is recorded next begins on a line of its own."""
    tape = Tape(path, str)
    for number in (1, 2, 3):
        tape.add(recording(number))
    path.write_bytes(path.read_bytes()[:-cut])
    torn = opened(path)
    assert requests(torn) == [1, 2]
    torn.add(recording(4))
    assert requests(opened(path)) == [1, 2, 4]


def test_threads_append_whole_lines(path: Path):
    """Executions of a batch record at the same time."""
    tape = Tape(path, str)
    threads = [
        threading.Thread(target=lambda start=start: [tape.add(recording(start + n)) for n in range(25)])
        for start in (0, 100, 200, 300)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = sorted(start + n for start in (0, 100, 200, 300) for n in range(25))
    assert sorted(requests(opened(path))) == expected == sorted(requests(tape))


def test_a_line_that_was_removed_by_hand_is_gone(path: Path):
    """The file is what counts: an edited one is read again."""
    tape = Tape(path, str)
    tape.add(recording(1))
    tape.add(recording(2))
    path.write_text("".join(line for line in path.read_text().splitlines(keepends=True) if '"at":1' not in line))
    tape.refresh()
    assert requests(tape) == [2]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"cassette": 2}\n', "newer CrewLab"),
        ('{"some": "json"}\n', "is not a cassette"),
        ("garbage\n", "Line 1"),
        ('{"cassette": 1}\n{"kind":"tool_call"}\n', "Line 2"),
    ],
)
def test_a_file_that_is_no_cassette_says_so(path: Path, text: str, words: str):
    """What cannot be read is named, and never taken for an empty recording."""
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(CassetteError, match=words):
        opened(path)


def test_what_the_mask_hides_is_not_in_the_file(path: Path):
    """Keys are replaced before a line is written."""
    Tape(path, lambda text: text.replace("hush", "[key]")).add(recording(1, "psst, hush"))
    assert "hush" not in path.read_text()
    assert opened(path).recordings()[0].answer.text == "psst, [key]"
