"""A secret goes through everything, and is found nowhere afterwards: neither in clear nor encoded."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import httpx
import pytest

import crewlab
from crewlab.api.routes import OPERATIONS
from crewlab.bridge.rehearsal.answers import Answer, ToolCall
from crewlab.definitions.library.mcp_servers import McpServer
from crewlab.definitions.library.tool_records import ToolRecord
from crewlab.definitions.notation.text import write_document
from crewlab.errors import InputsError
from crewlab.lab import Lab
from crewlab.remote.endpoint import Endpoint
from crewlab.secrets.vault import Vault
from crewlab.settings import PROJECT
from tests.acceptance import crews
from tests.model_server import Body, ModelServer, status
from tests.pages.conftest import lab as lab
from tests.pages.conftest import open_page as open_page
from tests.pages.conftest import texts
from tests.server import AppServer

SECRET = 'sk-pl4nted/Zq7+"x=9f\\3XK&0aB'
ENCODED = {
    "clear": SECRET,
    "JSON": json.dumps(SECRET)[1:-1],
    "JSON in JSON": json.dumps(json.dumps(SECRET))[3:-3],
    "URL": quote(SECRET, safe=""),
    "form": quote_plus(SECRET),
    "hex": SECRET.encode().hex(),
    "HEX": SECRET.encode().hex().upper(),
    "base64": base64.b64encode(SECRET.encode()).decode(),
    "base64, within": base64.b64encode(f"user:{SECRET}:".encode()).decode(),
    "base64 for URLs": base64.urlsafe_b64encode(SECRET.encode()).decode(),
}
PLANTED = "\n".join(f"{name}: {text}" for name, text in ENCODED.items())


def leaks(content: str | bytes) -> list[str]:
    """The encodings in which the secret, or a telling part of it, is in `content`."""
    raw = content.encode("utf-8", "replace") if isinstance(content, str) else content
    parts = {name: text[9:-6].encode() for name, text in ENCODED.items()}
    return [name for name, part in parts.items() if part in raw]


def reply(body: Body) -> Answer | str:
    """Read the planted file first, ask a server for its key, then repeat all of it."""
    done = sum(message["role"] == "tool" for message in body["messages"])
    names = [tool["function"]["name"] for tool in body.get("tools") or ()]
    if names and done == 0:
        return Answer(tool_calls=(ToolCall("call_1", names[0], {"file_path": "p.txt"}),))
    if names and done == 1:
        return Answer(tool_calls=(ToolCall("call_2", "notes_tell_key", {}),))
    return f"The file says:\n{PLANTED}"


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer(reply=reply) as running:
        yield running


@pytest.fixture
def planted(data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder that has the secret stored, and in a file that a tool reads."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    Vault(data).set("MY_SERVER", SECRET)
    (data / "files").mkdir()
    (data / "files" / "p.txt").write_text(PLANTED, "utf-8")
    return data


def document(url: str) -> dict[str, Any]:
    llm = {"model": "openai/any", "base_url": url, "api_key": "${secret:MY_SERVER}"}
    tasks = [crews.task("read", "analyst", [], output_file="report.md"), crews.task("sum", "analyst", ["read"])]
    agents = {"analyst": crews.agent("analyst", llm, tools=["FileReadTool", "reader"], mcps=["notes"])}
    return {"name": "planted", "process": "sequential", "agents": agents, "tasks": tasks}


def run_both(lab: Any, model: ModelServer) -> list[str]:
    """One execution that completes and one whose server sends the key back in its refusal; their ids."""
    settings = {"api_key": "${secret:MY_SERVER}"}
    lab.save_tool(ToolRecord(name="reader", type="JinaScrapeWebsiteTool", configuration=settings))
    lab.save_mcp_server(
        McpServer(
            name="notes",
            transport="stdio",
            command=sys.executable,
            args=(str(PROJECT / "tests" / "standalone" / "quick_notes_server.py"),),
            environment={"NOTES_KEY": "${secret:MY_SERVER}"},
        )
    )
    told = lab.test_mcp_server("notes")
    assert told.ok, told
    lab.definitions.save(document(model.url))
    good = lab.run("planted", {"topic": "tea"})
    model.script(*[status(401, f"Incorrect API key provided: {PLANTED}")] * 2)
    bad = lab.run("planted", {"topic": "tea"})
    assert (good.status, bad.status) == ("completed", "failed")
    assert model.requests[0].headers["authorization"] == f"Bearer {SECRET}", "the key reaches the model"
    return [good.execution_id, bad.execution_id]


def answers(data: Path, ids: list[str]) -> Iterator[tuple[str, bytes]]:
    """Every endpoint that reads, for every execution."""
    endpoint = Endpoint.read(data / "endpoint.json")
    assert endpoint is not None
    frames = ("executions", "tasks", "model_calls", "tool_calls", "logs", "scores", "batches", "steps", "state_changes")
    with httpx.Client(headers={"Authorization": f"Bearer {endpoint.token}"}, trust_env=False) as client:
        for operation in OPERATIONS:
            if operation.method != "GET" or operation.path == "/events":  # a stream without an end
                continue
            path, taken = operation.path, set(operation.query.model_fields) if operation.query else set()
            for execution_id in ids:
                for frame in frames if "frames" in path else ("",):
                    name = frame or "planted"
                    url = path.replace("{execution_id}", execution_id).replace("{batch_id}", "none")
                    url = url.replace("{name:path}", name).replace("{name}", name)
                    query = {"format": "csv", "name": "report.md"}
                    asked = {name: value for name, value in query.items() if name in taken}
                    found = client.get(f"{endpoint.url}/api/v1{url}", params=asked)
                    yield f"{url} {found.status_code}", found.content


def test_a_secret_is_found_nowhere(planted: Path, model: ModelServer):
    """Key, tool output, model output and a provider's error hold it; database, WAL, log, files and endpoints do not."""
    app = AppServer(planted).start()
    try:
        with crewlab.open() as remote:
            ids = run_both(remote, model)
            seen = dict(answers(planted, ids))
    finally:
        app.kill()  # leaves the WAL as it is
    assert any(b"\xe2\x80\xa2" in content for content in seen.values()), "something was masked"
    assert {where: found for where, content in seen.items() if (found := leaks(content))} == {}
    kept = [path for path in planted.rglob("*") if path.is_file() and path.parent != planted / "files"]
    assert {path.name for path in kept} >= {"crewlab.duckdb", "crewlab.duckdb.wal", "server.log", "report.md"}
    assert {path.name: found for path in kept if (found := leaks(path.read_bytes()))} == {}


@pytest.fixture
def ran(planted: Path, model: ModelServer) -> list[str]:
    with Lab.open(planted) as lab:
        return run_both(lab, model)


def test_a_secret_is_on_no_page_and_in_no_export(ran: list[str], lab: Lab, open_page: Callable[..., Any]):
    """What is rendered, shown as a table, written as CSV or exported as a definition."""
    for page, parameters in (
        ("home", {}),
        ("library", {}),
        ("executions", {}),
        ("definition", {"id": lab.definitions.get("planted").definition_id}),
        *(("execution", {"id": execution_id}) for execution_id in ran),
        ("compare", {"executions": ",".join(ran)}),
    ):
        app = open_page(page, **parameters)
        assert leaks(texts(app) + str(app) + str(app.session_state)) == [], page
    frames = [lab.executions_df(), lab.tasks_df(), lab.llm_calls_df(), lab.tool_calls_df(), lab.logs_df()]
    assert leaks("".join(frame.to_csv() for frame in frames)) == []
    assert frames[3]["result"].str.contains("•••").all()
    assert set(frames[3]["tool"]) == {"Read a file's content", "notes_tell_key"}
    assert leaks(write_document(lab.definitions.version("planted").document, "yaml")) == []
    assert leaks("".join(lab.execution(execution_id).model_dump_json() for execution_id in ran)) == []
    assert leaks("".join(event.model_dump_json() for _, event in lab.events(ran[1]))) == []


def test_a_question_to_a_person_holds_none(planted: Path, model: ModelServer):
    """Neither what is shown nor the conversation that is kept; an answer with the secret in it is refused."""
    asking = document(model.url)
    asking["agents"]["analyst"] |= {"tools": ["FileReadTool"], "mcps": []}
    asking["tasks"][0]["human_input"] = {"prompt": "Good?"}
    with Lab.open(planted) as lab:
        waiting = lab.run(asking, {"topic": "tea"})
        (question,) = lab.waiting()
        assert leaks(question.model_dump_json()) == []
        assert "•••" in question.output
        with pytest.raises(InputsError):
            lab.answer(waiting.execution_id, f"Use {SECRET} instead.")
        lab.answer(waiting.execution_id, "Shorter, please.")
        assert lab.wait([waiting.execution_id])[0].status == "waiting"
    assert leaks((planted / "crewlab.duckdb").read_bytes()) == []
