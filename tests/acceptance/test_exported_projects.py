"""What is exported runs with crewAI alone, where CrewLab cannot even be imported, and says the same."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crewlab.definitions.examples import example_documents
from crewlab.definitions.interchange.exporting import export
from crewlab.definitions.interchange.models_for_crewai import REHEARSAL_URL
from crewlab.definitions.interchange.records import Records
from crewlab.definitions.interchange.source_files import file_of_bytes
from crewlab.lab import Lab
from crewlab.settings import PROJECT

ALONE = """
import asyncio, importlib.abc, json, os, runpy, sys
class Nowhere(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "crewlab":
            raise ImportError("there is no CrewLab here")
sys.meta_path.insert(0, Nowhere())
words, answers = sys.argv[1:], {}
for kind, script in (("project", "run.py"), ("python", "main.py")):
    os.chdir(kind)
    sys.path.insert(0, os.getcwd())
    answers[kind] = runpy.run_path(script)["main"](words)
    os.chdir("..")
cells = json.load(open("notebook.ipynb"))["cells"]
names = {}
exec(cells[2]["source"], names)
names["INPUTS"] = dict(word.split("=", 1) for word in words)
answers["notebook"] = asyncio.run(names["crew"]().kickoff_async(inputs=names["INPUTS"])).raw
assert not [name for name in sys.modules if name.startswith("crewlab")]
json.dump(answers, open("answers.json", "w"))
"""
QUIET = {
    "CREWAI_DISABLE_TELEMETRY": "true",
    "CREWAI_TRACING_ENABLED": "false",
    "OTEL_SDK_DISABLED": "true",
}


@pytest.fixture
def rehearsal_server() -> Iterator[str]:
    """The address of `crewlab rehearsal-server`."""
    command = [sys.executable, "-m", "crewlab", "rehearsal-server", "--port", "0", "--latency", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.send_signal(signal.SIGINT)


def test_a_crew_says_the_same_with_crewai_alone(data: Path, tmp_path: Path, rehearsal_server: str):
    """As a project, as Python and as a notebook: a schema, a context, two models, and inputs."""
    found = {one["name"]: one for one, _ in example_documents(PROJECT / "data" / "examples")}
    document = json.loads(json.dumps(found["ticket-triage"]))
    for agent in document["agents"].values():
        agent["llm"] = {"model": agent["llm"]["model"]}  # the server has one seed for all
    inputs = {"ticket_id": "T-1", "plan": "team", "subject": "No login", "message": "Since noon."}
    with Lab.open(data) as lab:
        ours = lab.run(document, inputs)
    _write(document, tmp_path, rehearsal_server)
    command = [sys.executable, "-c", ALONE, *(f"{name}={value}" for name, value in inputs.items())]
    environment = {**os.environ, **QUIET, "CREWAI_STORAGE_DIR": str(tmp_path / "storage"), "HOME": str(tmp_path)}
    environment.pop("PYTHONPATH", None)
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answers = json.loads((tmp_path / "answers.json").read_text())
    assert set(answers) == {"project", "python", "notebook"}
    assert [json.loads(answer) for answer in answers.values()] == [json.loads(str(ours.output))] * 3


def _write(document: dict, folder: Path, url: str) -> None:
    for form in ("project", "python", "notebook"):
        data = export("triage", document, form, Records()).data
        files = {"": data} if form == "notebook" else file_of_bytes("x.zip", data).contents
        for path, content in files.items():
            target = folder / ("notebook.ipynb" if form == "notebook" else f"{form}/{path}")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.replace(REHEARSAL_URL.encode(), url.encode()))
