"""`python -m crewlab` as a process of its own: quiet, scriptable, and safe to interrupt."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from crewlab.commands.program import app
from tests.acceptance import crews
from tests.model_server import ModelServer

ROOT = Path(__file__).parents[1]


Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts command lines in the project's folder; none outlives the test."""
    started: list[subprocess.Popen[str]] = []

    def begin(*words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "crewlab", *words]
        pipe = subprocess.PIPE
        started.append(subprocess.Popen(command, cwd=ROOT, env=dict(os.environ), stdout=pipe, stderr=pipe, text=True))
        return started[-1]

    yield begin
    for process in started:
        with process:
            process.kill()


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Exit status, standard output and error output."""
    out, errors = process.communicate(timeout=60)
    return process.returncode, out, errors


@pytest.fixture
def model() -> Iterator[ModelServer]:
    """A model that takes its time."""
    with ModelServer(latency_seconds=0.5) as running:
        yield running


def test_help_lists_every_command(start: Start):
    """A newcomer sees what there is, without waiting for heavy imports."""
    code, out, _ = finish(start("--help"))
    assert code == 0
    for command in ("run", "batch", "executions", "import", "export", "check", "doctor", "rehearsal-server"):
        assert f" {command} " in out


def test_the_command_line_starts_light():
    """Neither crewAI nor pandas nor Streamlit is loaded before a command needs it."""
    heavy = ("crewai", "streamlit", "pandas", "plotly", "duckdb")
    code = f"import crewlab.commands.program, sys; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_mistyped_option_is_a_usage_error(start: Start):
    """Exit status 2 and the option's name."""
    code, _, errors = finish(start("run", "x", "--inptu", "a=b"))
    assert code == 2
    assert "--inptu" in errors


def test_a_run_writes_nothing_but_its_output(start: Start, data: Path, model: ModelServer, tmp_path: Path):
    """crewAI's panels, logs and warnings stay out of the way."""
    (tmp_path / "crew.json").write_text(json.dumps(crews.chain(crews.llm(model.url), "first", "second")))
    code, out, errors = finish(start("run", str(tmp_path / "crew.json"), "-i", "topic=tea"))
    assert code == 0, errors
    assert len(model.requests) == 2
    assert out.startswith("Rehearsal, not evidence:")
    assert [line.split()[0] for line in errors.splitlines()] == ["Running", "completed"]


def test_a_batch_that_is_interrupted_goes_on_without_paying_twice(
    start: Start, data: Path, model: ModelServer, tmp_path: Path
):
    """Ctrl-C says how to go on; resuming completes every row and repeats no finished task."""
    (tmp_path / "crew.json").write_text(json.dumps(crews.chain(crews.llm(model.url), "first", "second")))
    (tmp_path / "table.csv").write_text("topic\n" + "".join(f"tea number {number}.\n" for number in range(4)))
    words = ("batch", str(tmp_path / "crew.json"), "--inputs", str(tmp_path / "table.csv"), "--concurrency", "2")
    process = start(*words)
    model.wait_for_requests(4)  # two answered and stored, two under way
    process.send_signal(signal.SIGINT)
    code, _, errors = finish(process)
    assert code == 130, errors
    assert "Traceback" not in errors
    batch_id = re.search(r"batch --resume (\S+)", errors).group(1)
    out = tmp_path / "out.csv"
    resumed = CliRunner().invoke(app, ["batch", "--resume", batch_id, "--csv", str(out)])  # by another process: this
    assert resumed.exit_code == 0, resumed.output
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["status"] for row in rows] == ["completed"] * 4
    answered = [request for request in model.requests if request.status == 200]
    assert len(answered) == 8
    assert "Traceback" not in resumed.output


def test_the_rehearsal_server_serves_until_ctrl_c(start: Start):
    """It prints where, answers, and ends with status 0."""
    process = start("rehearsal-server", "--port", "0", "--latency", "0")
    url = process.stdout.readline().strip()
    body = {"model": "rehearsal/terse", "messages": [{"role": "user", "content": "Greet Ada"}]}
    reply = httpx.post(f"{url}/chat/completions", json=body, timeout=20).json()
    process.send_signal(signal.SIGINT)
    assert "Ada" in reply["choices"][0]["message"]["content"]
    assert finish(process)[0] == 0


def test_a_taken_port_is_one_clear_line(start: Start):
    """Exit status 2, what is wrong, what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, _, errors = finish(start("rehearsal-server", "--port", port))
    assert code == 2
    assert f"Port {port} cannot be used" in errors
    assert "--port" in errors
    assert "Traceback" not in errors


def test_a_store_that_another_process_holds_is_named(start: Start, data: Path):
    """A command that needs the store says who has it and how to go on."""
    from crewlab.lab import Lab

    with Lab.open(data):
        code, _, errors = finish(start("run", "ticket-triage", "-i", "ticket_id=1"))
    assert code == 2
    assert "holds the store" in errors
