"""Other processes while the real app holds the store."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

import crewlab
from crewlab.remote import Endpoint, RemoteLab
from tests.server import ROOT, AppServer

AT_ONCE = {"model": "rehearsal/plain", "latency_seconds": 0}


def _inputs(lab: RemoteLab) -> dict[str, str]:
    """What the example asks for."""
    document = lab.definitions.version("ticket-triage").document
    return dict.fromkeys(lab.definitions.placeholders(document), "A late parcel")


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """One app for the module: starting it is the slow part."""
    with AppServer(tmp_path_factory.mktemp("app") / "data") as running:
        yield running


@pytest.fixture
def command(app):
    """The command line over the app's folder."""

    def call(*words: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "CREWLAB_DATA": str(app.data)}
        line = [sys.executable, "-m", "crewlab", *words]
        return subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=100)

    return call


def test_the_app_leaves_its_address_for_its_owner_only(app):
    """URL and token, mode 0600, while it runs."""
    assert stat.S_IMODE((app.data / "endpoint.json").stat().st_mode) == 0o600


def test_a_notebook_reads_and_runs_through_the_app(app):
    """`crewlab.open()` gives a lab, whoever holds the store."""
    with crewlab.open(app.data) as lab:
        assert isinstance(lab, RemoteLab)
        execution = lab.run("ticket-triage", _inputs(lab), llm=AT_ONCE)
        assert execution.status == "completed"
        assert lab.executions_df(execution_ids=[execution.execution_id])["status"].tolist() == ["completed"]


def test_a_batch_of_the_command_line_runs_through_the_app(app, command, tmp_path: Path):
    """One row per input, in order, with the documented columns, and exit status 0."""
    table = tmp_path / "rows.csv"
    rows = (ROOT / "data" / "examples" / "ticket-triage.csv").read_text("utf-8").splitlines(keepends=True)
    table.write_text("".join(rows[:4]), "utf-8")
    done = command("batch", "ticket-triage", "--inputs", str(table), "--csv", "-")
    assert done.returncode == 0, done.stderr
    found = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["status"] for row in found] == ["completed"] * 3
    assert {row["note"] for row in found} == {"rehearsal: not evidence"}


def test_reading_commands_answer_through_the_app(app, command):
    """`executions` lists what the app has, and starts nothing."""
    with crewlab.open(app.data) as lab:
        lab.run("ticket-triage", _inputs(lab), llm=AT_ONCE)
        done = command("executions", "--json")
        assert done.returncode == 0, done.stderr
        found = [execution.execution_id for execution in lab.executions()]
        assert [execution["execution_id"] for execution in json.loads(done.stdout)] == found
        assert lab.counts().get("running", 0) == 0


@pytest.mark.parametrize(
    ("words", "sentence"), [(("export", "market-brief"), "name: market-brief"), (("doctor",), "holds the store")]
)
def test_other_commands_answer_through_the_app(command, words: tuple[str, ...], sentence: str):
    """What they need of the store comes from the app that holds it."""
    done = command(*words)
    assert done.returncode == 0, done.stderr
    assert sentence in done.stdout


def test_the_server_answers_as_the_routes_do(app):
    """Neither the pages nor what compresses them comes in between: errors are JSON, streams are not held back."""
    endpoint = Endpoint.read(app.data / "endpoint.json")
    headers = {"Authorization": f"Bearer {endpoint.token}", "Accept-Encoding": "gzip"}
    with httpx.Client(base_url=f"{app.url}/api/v1", headers=headers, trust_env=False, timeout=60) as client:
        assert client.get("/nothing").json()["error"]["type"] == "RequestError"
        assert client.get("/counts", headers={"Host": "evil.example"}).status_code == 403
        assert client.get("/openapi.json", headers={"Authorization": ""}).json()["openapi"] == "3.1.0"
        with client.stream("GET", "/events") as answer:
            assert "id: " in next(answer.iter_text())
