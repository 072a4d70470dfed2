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
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from crewlab.commands.program import app
from crewlab.lab import Lab
from tests.acceptance import crews
from tests.model_server import ModelServer, hold
from tests.server import HANGS_SECONDS

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
    out, errors = process.communicate(timeout=HANGS_SECONDS)
    return process.returncode, out, errors


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
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


def test_a_mistyped_option_is_a_usage_error():
    """Exit status 2 and the option's name."""
    done = CliRunner().invoke(app, ["run", "x", "--inptu", "a=b"])
    assert done.exit_code == 2
    assert "--inptu" in done.stderr


FRESH = """
import json, os, pathlib, runpy
try:
    runpy.run_module("crewlab", run_name="__main__", alter_sys=True)
finally:
    told = {name: os.environ.get(name) for name in ("CREWLAB_TEST_DOTENV", "CREWAI_STORAGE_DIR")}
    pathlib.Path(os.environ["TOLD"]).write_text(json.dumps(told))
"""
"""`python -m crewlab`, which tells at its end what is in its environment."""


@dataclass
class FreshRun:
    """A crew that was run by a process of its own, with an empty home and a stray `.env`."""

    folder: Path
    code: int
    out: str
    errors: str
    asked: int

    @property
    def told(self) -> dict[str, str | None]:
        found: dict[str, str | None] = json.loads((self.folder / "told.json").read_text())
        return found


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> FreshRun:
    """One process for all that is promised about a plain run; any warning in it is an error."""
    folder = tmp_path_factory.mktemp("fresh")
    (folder / "home").mkdir()
    (folder / "here").mkdir()
    (folder / "here" / ".env").write_text("CREWLAB_TEST_DOTENV=read\n")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CREWAI", "OTEL"))}
    paths = {"HOME": "home", "XDG_DATA_HOME": "home/data", "CREWLAB_DATA": "data", "TOLD": "told.json"}
    environment = kept | {name: str(folder / path) for name, path in paths.items()}
    environment["PYTHONPATH"] = os.pathsep.join((str(ROOT), kept["PYTHONPATH"]))
    with ModelServer() as model:
        document = crews.chain(crews.llm(model.url), "first", "second") | {"verbose": True}
        for agent in document["agents"].values():
            agent["verbose"] = True
        (folder / "crew.json").write_text(json.dumps(document))
        command = [sys.executable, "-W", "error", "-c", FRESH, "run", str(folder / "crew.json"), "-i", "topic=tea"]
        done = subprocess.run(
            command,
            cwd=folder / "here",
            env=environment,
            capture_output=True,
            text=True,
            timeout=HANGS_SECONDS,
            check=False,
        )
        return FreshRun(folder, done.returncode, done.stdout, done.stderr, len(model.requests))


def test_a_run_writes_nothing_but_its_output(fresh: FreshRun):
    """crewAI's panels, logs and warnings stay out of the way, also of a crew that is `verbose`."""
    assert fresh.code == 0, fresh.errors
    assert fresh.asked == 2
    assert fresh.out.startswith("Rehearsal, not evidence:")
    assert [line.split()[0] for line in fresh.errors.splitlines()] == ["Running", "completed"]


def test_a_run_reads_no_dotenv_and_leaves_no_files(fresh: FreshRun):
    """Neither a variable of a stray `.env` nor a file outside the data folder remains."""
    assert fresh.told["CREWLAB_TEST_DOTENV"] is None
    assert Path(fresh.told["CREWAI_STORAGE_DIR"]).is_absolute()
    assert [path.name for path in (fresh.folder / "home").rglob("*") if path.is_file()] == []
    assert [path.name for path in (fresh.folder / "here").iterdir()] == [".env"]


def test_a_batch_that_is_interrupted_goes_on_without_paying_twice(
    start: Start, data: Path, server: ModelServer, tmp_path: Path
):
    """Ctrl-C says how to go on; resuming completes every row and repeats no finished task."""
    server.script(hold(), hold(), about="Do the second")
    (tmp_path / "crew.json").write_text(json.dumps(crews.chain(crews.llm(server.url), "first", "second")))
    (tmp_path / "table.csv").write_text("topic\n" + "".join(f"tea number {number}.\n" for number in range(4)))
    words = ("batch", str(tmp_path / "crew.json"), "--inputs", str(tmp_path / "table.csv"), "--concurrency", "2")
    process = start(*words)
    server.wait_for_requests(4)  # two answered, two under way
    process.send_signal(signal.SIGINT)
    code, _, errors = finish(process)
    assert code == 130, errors
    assert "Traceback" not in errors
    server.release()
    batch_id = re.search(r"batch --resume (\S+)", errors).group(1)
    out = tmp_path / "out.csv"
    resumed = CliRunner().invoke(app, ["batch", "--resume", batch_id, "--csv", str(out)])  # by another process: this
    assert resumed.exit_code == 0, resumed.output
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["status"] for row in rows] == ["completed"] * 4
    answered = [request for request in server.requests if request.status == 200]
    assert len(answered) == 8
    assert "Traceback" not in resumed.output


def test_the_rehearsal_server_serves_until_ctrl_c(start: Start):
    """It prints where, answers, and ends with status 0."""
    process = start("rehearsal-server", "--port", "0", "--latency", "0")
    url = process.stdout.readline().strip()
    body = {"model": "rehearsal/terse", "messages": [{"role": "user", "content": "Greet Ada"}]}
    reply = httpx.post(f"{url}/chat/completions", json=body, timeout=HANGS_SECONDS).json()
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
    with Lab.open(data):
        code, _, errors = finish(start("run", "ticket-triage", "-i", "ticket_id=1"))
    assert code == 2
    assert "holds the store" in errors
