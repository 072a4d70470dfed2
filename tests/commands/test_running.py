"""`run` and `batch`: results on the standard output and in files, the rest on the error output."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests import recorded as recordings
from tests.commands.conftest import Call

COLUMNS = ["status", "output", "duration_seconds", "input_tokens", "output_tokens", "cost_usd", "error"]


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_run_prints_the_output_and_says_how_it_went(call: Call):
    """The answer alone on the standard output; status, tokens and id beside it."""
    done = call("run", "greeter.yaml", "--input", "topic=Ada Lovelace")
    assert done.exit_code == 0
    assert done.stdout.startswith("Rehearsal, not evidence:")
    assert "Ada Lovelace" in done.stdout
    assert "completed in" in done.stderr
    assert "rehearsal: not evidence" in done.stderr


def test_run_as_json_is_the_whole_record(call: Call):
    """What a program needs, without the document, marked as a rehearsal."""
    record = json.loads(call("run", "greeter.yaml", "-i", "topic=Ada", "--json").stdout)
    assert (record["status"], record["inputs"], record["note"]) == (
        "completed",
        {"topic": "Ada"},
        "rehearsal: not evidence",
    )
    assert record["usage"]["model_calls"] == 1
    assert "document" not in record


def test_planning_is_switched_at_launch(call: Call):
    """One more model call, whatever the document says; `--no-planning` takes it away again."""
    planned = json.loads(call("run", "greeter.yaml", "-i", "topic=Ada", "--planning", "--json").stdout)
    assert (planned["status"], planned["usage"]["model_calls"]) == ("completed", 2)
    plain = json.loads(call("run", "greeter.yaml", "-i", "topic=Ada", "--no-planning", "--json").stdout)
    assert plain["usage"]["model_calls"] == 1


def test_a_failed_run_has_a_status_and_an_explanation(call: Call):
    """Exit status 1, and the error in a sentence."""
    done = call("run", "failing.yaml", "-i", "topic=Ada")
    assert done.exit_code == 1
    assert done.stdout == ""
    assert "failed in" in done.stderr
    assert "503" in done.stderr
    assert "Traceback" not in done.output


def test_another_model_may_be_named(call: Call):
    """`--model` stands for the model of every agent."""
    done = call("run", "failing.yaml", "-i", "topic=Ada", "--model", "rehearsal/careful")
    assert done.exit_code == 0
    assert "careful" in done.stdout


@pytest.mark.parametrize(
    ("words", "sentence", "hint"),
    [
        (["run", "nobody"], "There is no definition 'nobody'.", "Import one"),
        (["run", "missing.yaml"], "missing.yaml cannot be read", "Check the path"),
        (["run", "greeter.yaml"], "There is no value for topic.", "asks for topic"),
        (["run", "greeter.yaml", "-i", "topic"], "--input 'topic' is not NAME=VALUE.", "For example"),
        (["run", "greeter.yaml", "-i", "topic=x", "-i", "topic=y"], "--input topic is given twice.", "Keep one"),
        (["executions", "--csv", "-", "--json"], "both print on the standard output", "a file"),
        (
            ["run", "greeter.yaml", "-i", "topic=x", "-m", "openai/gpt-4o"],
            "needs the key OPENAI_API_KEY",
            "Set OPENAI_API_KEY",
        ),
        (["run", "greeter.yaml", "-i", "topic=x", "-m", "nobody/x"], "nobody/x", "base_url"),
        (["batch", "greeter.yaml"], "A batch needs NAME and --inputs FILE, or --resume ID alone.", "--help"),
        (["batch", "greeter.yaml", "--inputs", "none.csv"], "none.csv cannot be read", "Check the path"),
        (["batch", "--resume", "nothing"], "There is no execution or batch 'nothing'.", "executions"),
    ],
)
def test_what_cannot_be_done_is_said_with_a_hint(
    call: Call, monkeypatch: pytest.MonkeyPatch, words: list[str], sentence: str, hint: str
):
    """Exit status 2, a sentence, what to do, and no traceback."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    done = call(*words)
    assert done.exit_code == 2, done.output
    assert sentence in done.stderr
    assert hint in done.stderr
    assert "Traceback" not in done.output


def test_a_batch_writes_one_row_per_input_in_order(call: Call, tmp_path: Path):
    """The inputs, then exactly the columns that were promised; rehearsal rows say so behind them."""
    done = call("batch", "greeter.yaml", "--inputs", "table.csv", "--csv", "out.csv")
    assert done.exit_code == 0, done.stderr
    rows = rows_of((tmp_path / "out.csv").read_text("utf-8"))
    assert list(rows[0]) == ["topic", *COLUMNS, "note"]
    assert [row["topic"] for row in rows] == ["Ada", "Grace", "Edsger"]
    assert {row["status"] for row in rows} == {"completed"}
    assert len({row["output"] for row in rows}) == 3
    assert "3/3" in done.stderr


def test_a_batch_prints_its_csv_when_asked(call: Call):
    """`--csv -` leaves nothing but the table on the standard output."""
    done = call("batch", "greeter.yaml", "--inputs", "table.csv", "--csv", "-")
    assert [row["status"] for row in rows_of(done.stdout)] == ["completed"] * 3


def test_an_input_with_the_name_of_a_result_is_prefixed(call: Call, tmp_path: Path):
    """Both columns are there, and told apart; columns that nobody asked for are kept."""
    (tmp_path / "table.csv").write_text("id;Topic;status\n7;Ada;new\n")
    done = call("batch", "greeter.yaml", "--inputs", "table.csv", "--csv", "-")
    row = rows_of(done.stdout)[0]
    assert (row["id"], row["topic"], row["input.status"], row["status"]) == ("7", "Ada", "new", "completed")
    assert "Not asked for, kept beside the results: id, status." in done.stderr


def test_a_batch_with_failures_says_so_and_keeps_every_row(call: Call):
    """Exit status 1; each row has its error; the first one is named."""
    done = call("batch", "failing.yaml", "--inputs", "table.csv", "--csv", "-")
    rows = rows_of(done.stdout)
    assert done.exit_code == 1
    assert [row["status"] for row in rows] == ["failed"] * 3
    assert all("503" in row["error"] for row in rows)
    assert "3 failed" in done.stderr
    assert "First error:" in done.stderr


def test_a_batch_as_json_is_its_executions(call: Call):
    """With the id to resume or filter by."""
    result: dict[str, Any] = json.loads(call("batch", "greeter.yaml", "--inputs", "table.csv", "--json").stdout)
    assert result["counts"] == {"completed": 3}
    assert [execution["row_number"] for execution in result["executions"]] == [1, 2, 3]
    assert {execution["batch_id"] for execution in result["executions"]} == {result["batch_id"]}


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("", "table.csv is empty."),
        ("topic\n", "no rows below its header"),
        ("topic,topic\na,b\n", "two columns named 'topic'"),
        ("other,more\na,b\n", "no value for topic"),
        ("topic,age\nAda,36\nGrace\n", "Row 2: It has 1 cell"),
        ("topic\n" + "x" * 2_000_000 + "\n", "2.0 MB"),
    ],
    ids=["empty", "header", "twice", "missing", "ragged", "large"],
)
def test_a_table_that_cannot_be_used_starts_nothing(call: Call, tmp_path: Path, table: str, sentence: str):
    """One sentence; no execution is stored."""
    (tmp_path / "table.csv").write_text(table)
    done = call("batch", "greeter.yaml", "--inputs", "table.csv")
    assert done.exit_code == 2, done.output
    assert sentence in done.stderr
    assert "0 of 0 executions." in call("executions").stderr


def test_a_large_batch_asks_first(call: Call, monkeypatch: pytest.MonkeyPatch):
    """Above the limit nothing starts without a yes; there is nobody to ask here."""
    monkeypatch.setenv("CREWLAB_CONFIRM_ROWS", "2")
    refused = call("batch", "greeter.yaml", "--inputs", "table.csv")
    assert refused.exit_code == 2
    assert "--yes" in refused.stderr
    assert call("batch", "greeter.yaml", "--inputs", "table.csv", "--yes").exit_code == 0


def test_a_real_model_shows_its_price_before_anything_is_paid(call: Call, monkeypatch: pytest.MonkeyPatch):
    """Calls and the price per token, and above the limit a question."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-nobody")
    monkeypatch.setenv("CREWLAB_CONFIRM_CALLS", "2")
    done = call("batch", "greeter.yaml", "--inputs", "table.csv", "--model", "openai/gpt-4o")
    assert done.exit_code == 2
    assert "3 executions, at least 3 model calls." in done.stderr
    assert "openai/gpt-4o: $2.5 in, $10 out for a million tokens" in done.stderr
    assert "0 of 0 executions." in call("executions").stderr


@pytest.mark.parametrize("words", [["--csv", "no/such/folder.csv"], ["--csv", "."], ["--csv", "-", "--json"]])
def test_results_that_could_not_be_handed_over_start_nothing(call: Call, words: list[str]):
    """Said before anything is paid."""
    done = call("batch", "greeter.yaml", "--inputs", "table.csv", *words)
    assert done.exit_code == 2
    assert words[1] in done.stderr
    assert "0 of 0 executions." in call("executions").stderr


def test_a_file_that_cannot_be_written_is_an_error_after_the_results_are_stored(call: Call):
    """Nothing that was paid is lost: the executions are in the store."""
    done = call("batch", "greeter.yaml", "--inputs", "table.csv", "--csv", "/dev/full")
    assert done.exit_code == 2
    assert "cannot be written" in done.stderr
    assert "3 of 3 executions." in call("executions").stderr


def test_a_column_that_is_used_under_another_name_is_named(call: Call, tmp_path: Path):
    """The only column fills the only placeholder, and a person should see that it did."""
    (tmp_path / "table.csv").write_text("Person\nAda\n")
    done = call("batch", "greeter.yaml", "--inputs", "table.csv")
    assert done.exit_code == 0, done.output
    assert "Used under another name: 'Person' as {topic}." in done.stderr


def test_a_batch_that_has_ended_resumes_to_the_same_results(call: Call):
    """Going on with nothing left to do changes nothing and writes the table again."""
    first = call("batch", "greeter.yaml", "--inputs", "table.csv", "--json")
    batch_id = json.loads(first.stdout)["batch_id"]
    again = call("batch", "--resume", batch_id, "--csv", "-")
    assert again.exit_code == 0, again.stderr
    outputs = [execution["output"] for execution in json.loads(first.stdout)["executions"]]
    assert [row["output"] for row in rows_of(again.stdout)] == outputs


@pytest.fixture
def recorded(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A cassette of a model that costs money, the crew that was recorded as a file, and no key."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    (tmp_path / "two-steps.json").write_text(json.dumps(recordings.crew()))
    return recordings.put_into(data)


def test_a_replay_needs_no_key_and_says_what_it_is(call: Call, recorded: str):
    """The recorded answer on the standard output, its tokens, no cost, and the label."""
    done = call("run", "two-steps.json", "-i", "topic=tea", "--replay", recorded)
    assert (done.exit_code, done.stdout.strip()) == (0, "Tea cools as it waits.")
    assert "169 + 12 tokens, replay: recorded answers" in done.stderr
    missed = call("run", "two-steps.json", "-i", "topic=coffee", "--replay", recorded)
    assert missed.exit_code == 1
    assert "asked" in missed.stderr
    assert "coffee" in missed.stderr


def test_a_batch_is_recorded_and_replayed(call: Call):
    """The same answers row by row; the CSV says that they are recorded."""
    first = call("batch", "greeter.yaml", "--inputs", "table.csv", "--csv", "-", "--record", "greetings")
    again = call("batch", "greeter.yaml", "--inputs", "table.csv", "--csv", "-", "--replay", "greetings")
    assert [row["output"] for row in rows_of(again.stdout)] == [row["output"] for row in rows_of(first.stdout)]
    assert {row["note"] for row in rows_of(again.stdout)} == {"rehearsal: not evidence; replay: recorded answers"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--record", "a", "--replay", "a"], "exclude each other"),
        (["--live"], "--live goes with --replay"),
        (["--record", "../a"], "cannot be called"),
        (["--replay", "nothing"], "There is no cassette 'nothing'"),
    ],
)
def test_cassettes_that_cannot_be_used_are_refused(call: Call, words: list[str], sentence: str):
    """Before anything runs, with the status of a command that was refused."""
    done = call("run", "greeter.yaml", "-i", "topic=Ada", *words)
    assert done.exit_code == 2
    assert sentence in " ".join(done.stderr.split())
