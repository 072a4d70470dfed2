"""What is exported runs with crewAI alone, where CrewLab cannot even be imported, and says the same."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from crewlab.definitions.examples import example_documents
from crewlab.definitions.interchange.exporting import ExportFormat
from crewlab.definitions.interchange.models_for_crewai import REHEARSAL_URL
from crewlab.definitions.interchange.source_files import file_of_bytes
from crewlab.lab import Lab
from crewlab.settings import PROJECT, Settings
from tests.conftest import ABSENT

ALONE = """
import asyncio, importlib.abc, json, os, runpy, sys
class Nowhere(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "crewlab":
            raise ImportError("there is no CrewLab here")
sys.meta_path.insert(0, Nowhere())
words, here, answers = sys.argv[1:], os.getcwd(), {}
for folder, script in (("crew-project", "run.py"), ("crew-python", "main.py"),
                       ("flow-project", "run.py"), ("flow-python", "main.py")):
    os.chdir(os.path.join(here, folder))
    sys.path.insert(0, os.getcwd())
    answers[folder] = runpy.run_path(script)["main"](words)
os.chdir(here)
inputs = dict(word.split("=", 1) for word in words)
said = json.loads(os.environ["SAID"])
for folder, script in (("talk-project", "run.py"), ("talk-python", "main.py")):
    os.chdir(os.path.join(here, folder))
    sys.path.insert(0, os.getcwd())
    sys.modules.pop("flow", None)
    heard, words_of = [], iter(said)
    talk = runpy.run_path(script)["main"]
    talk(["shop=Leaf"], input_fn=lambda _: next(words_of), output_fn=heard.append, assistant_prefix="")
    answers[folder] = json.dumps(heard)
os.chdir(here)
def cell(name):
    names = {}
    exec(json.load(open(name))["cells"][2]["source"], names)
    return names
async def turns(flow):
    return [flow.handle_turn(words) for words in said]
talker = cell("talk-notebook")
talker = talker["Flow"].from_declaration(contents=talker["FLOW"])
talker.state.shop = "Leaf"
answers["talk-notebook"] = json.dumps(asyncio.run(turns(talker)))
async def of_notebook(name):
    names = cell(name)
    if "crew" in names:
        return (await names["crew"]().kickoff_async(inputs=inputs)).raw
    return json.dumps(await names["Flow"].from_declaration(contents=names["FLOW"]).kickoff_async(inputs=inputs))
for name in ("crew-notebook", "flow-notebook"):
    answers[name] = asyncio.run(of_notebook(name))
assert not [name for name in sys.modules if name.startswith("crewlab")]
json.dump(answers, open("answers.json", "w"))
"""
TALKER = {
    "schema": "crewai.flow/v1",
    "name": "talker",
    "conversational": {"llm": {"model": "rehearsal/plain"}},
    "state": {"type": "json_schema", "json_schema": {"type": "object", "properties": {"shop": {"type": "string"}}}},
    "methods": {
        "price_of": {
            "description": "Tells what tea costs.",
            "listen": "price",
            "do": {"call": "expression", "expr": "'At ' + state.shop + ' it costs 3 euros.'"},
        }
    },
}
SAID = ["Hello!", "What does it cost?", "Goodbye!"]
"""The last one ends the conversation."""
FORMS: tuple[ExportFormat, ...] = ("project", "python", "notebook")
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


def test_crews_and_flows_say_the_same_with_crewai_alone(data: Path, tmp_path: Path, rehearsal_server: str):
    """As projects, as Python and as notebooks: a schema, a context, a router, an agent, inputs, and a conversation."""
    found = {one["name"]: _without_seeds(one) for one, _ in example_documents(PROJECT / "data" / "examples")}
    flow = found["ticket-desk"]
    flow["methods"]["decide"]["do"]["expr"] = "outputs.triage.json_dict.priority == '' ? 'routine' : 'urgent'"
    inputs = {"ticket_id": "T-1", "plan": "Team", "subject": "No login", "message": "Since noon."}
    settings = Settings(data=data, examples=tmp_path / "none")
    with Lab.open(settings=settings) as lab:
        lab.definitions.save(found["ticket-triage"])
        lab.definitions.save(flow)
        ours = {"crew": lab.run("ticket-triage", inputs).output, "flow": lab.run("ticket-desk", inputs).output}
        talk = lab.chat(lab.definitions.save(TALKER).name, {"shop": "Leaf"})
        ours["talk"] = json.dumps([talk.say(words).text for words in SAID])
        exported = {
            f"{kind}-{form}": lab.definitions.export(name, form).data
            for kind, name in (("crew", "ticket-triage"), ("flow", "ticket-desk"), ("talk", "talker"))
            for form in FORMS
        }
    _write(exported, tmp_path, rehearsal_server)
    command = [sys.executable, "-c", ALONE, *(f"{name}={value}" for name, value in inputs.items())]
    environment = {**os.environ, **QUIET, "CREWAI_STORAGE_DIR": str(tmp_path / "storage"), "HOME": str(tmp_path)}
    environment["SAID"] = json.dumps(SAID)
    environment["PYTHONPATH"] = ABSENT  # and no way to CrewLab
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answers = json.loads((tmp_path / "answers.json").read_text())
    assert answers.keys() == exported.keys()
    for name, answer in answers.items():
        assert json.loads(answer) == json.loads(str(ours[name.partition("-")[0]])), name


def _without_seeds(value: Any) -> Any:
    """The server has one seed for all, which is the usual one."""
    if isinstance(value, list):
        return [_without_seeds(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: _without_seeds(item) for name, item in value.items() if name not in ("seed", "latency_seconds")}


def _write(exported: Mapping[str, bytes], folder: Path, url: str) -> None:
    for name, data in exported.items():
        files = {"": data} if name.endswith("notebook") else file_of_bytes("x.zip", data).contents
        for path, content in files.items():
            target = folder / name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.replace(REHEARSAL_URL.encode(), url.encode()))
