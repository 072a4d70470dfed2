"""What is taken away: nothing that only CrewLab knows, no secret, and no text that became code."""

from __future__ import annotations

import ast
import io
import json
import zipfile
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import pytest

from crewlab.bridge.environment import importing, quiet_environment
from crewlab.definitions.examples import example_documents
from crewlab.definitions.interchange import crewai_fields
from crewlab.definitions.interchange.exporting import ExportFormat, export
from crewlab.definitions.interchange.python_text import Code, call, identifiers, literal
from crewlab.definitions.interchange.records import Records
from crewlab.definitions.interchange.source_files import file_of_bytes
from crewlab.definitions.interchange.understanding import understand
from crewlab.definitions.interchange.zip_files import zipped
from crewlab.definitions.kinds import kind_of
from crewlab.definitions.library.mcp_servers import McpServer
from crewlab.definitions.library.model_profiles import ModelProfile
from crewlab.definitions.library.tool_records import ToolRecord
from crewlab.settings import PROJECT
from tests.definitions.documents import crew, task

EXAMPLES = [document for document, _ in example_documents(PROJECT / "data" / "examples") if kind_of(document) == "crew"]
NASTY = ['"""', "'''\nimport os", "\\", '"); import os; ("', "${secret:X}", "{topic}\n\t\u2028", "#", "é" * 200]


@pytest.fixture(scope="module")
def loader() -> Any:
    """crewAI's own loader of projects."""
    quiet_environment()
    with importing():
        return import_module("crewai.project.json_loader")


def files_of(document: dict[str, Any], form: ExportFormat, records: Records | None = None) -> dict[str, bytes]:
    exported = export(str(document["name"]), document, form, records or Records())
    with zipfile.ZipFile(io.BytesIO(exported.data)) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def test_the_fields_are_those_that_crewai_takes(loader):
    """Its loader refuses a project that says more."""
    assert loader._crew_allowed_fields() | {"inputs"} == crewai_fields.CREW
    assert loader._agent_allowed_fields() | {"settings", "type"} == crewai_fields.AGENT
    assert loader._task_allowed_fields() | {"type"} == crewai_fields.TASK


@pytest.mark.parametrize("document", EXAMPLES, ids=lambda document: str(document["name"]))
def test_every_example_is_a_project_that_crewai_takes(document, loader, tmp_path: Path):
    """Its own validation finds nothing, and an import gives the crew back."""
    files = files_of(document, "project")
    for path, data in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    assert loader.validate_crew_project(tmp_path / "crew.jsonc").agent_names == list(document["agents"])
    (back,) = understand(file_of_bytes("p.zip", export("x", document, "project", Records()).data)).definitions
    assert back.name == document["name"]
    assert [one["name"] for one in back.document["tasks"]] == [one["name"] for one in document["tasks"]]
    assert back.document["agents"].keys() == document["agents"].keys()


@pytest.mark.parametrize("form", get_args(ExportFormat))
@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_no_text_of_a_document_becomes_code(form, text):
    """Whatever a name or a text says, the Python of an export has only the imports and calls that we wrote."""
    agents = {text: {"role": text, "goal": text, "backstory": text, "llm": text, text: text}}
    tasks = [{"name": text, "description": text, "expected_output": text, "agent": text, "output_file": text}]
    document = {"name": text, "description": text, "agents": agents, "tasks": tasks, "inputs": {text: text}}
    exported = export(text, document, form, Records())
    assert "/" not in exported.filename
    for source in _python_of(exported.data, exported.media_type):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {alias.name for alias in node.names}
                assert names <= {"os", "sys", "Path", "Agent", "Crew", "LLM", "Process", "Task", "load_crew",
                                 "INPUTS", "crew"}  # fmt: skip
            assert not isinstance(node, ast.Name) or node.id != "eval"


def _python_of(data: bytes, media_type: str) -> list[str]:
    if media_type == "application/zip":
        files = file_of_bytes("x.zip", data)
        return [files.text(path) for path in files.contents if path.endswith(".py")]
    if media_type == "application/x-ipynb+json":
        return [cell["source"] for cell in json.loads(data)["cells"][2:4] if "await" not in cell["source"]]
    return []


def test_literals_are_what_they_stand_for():
    """Long and odd texts, nested values, names that are none, and secrets as variables."""
    value = {"a": NASTY[:4] + NASTY[5:], "b c": [1, None, {"x": True}], "long": "word " * 100}
    assert ast.literal_eval(literal(value)) == value
    assert literal("Bearer ${secret:TOKEN}!") == '"Bearer " + os.environ["TOKEN"] + "!"'
    assert call("F", {"a": 1, "b c": Code("x"), "class": 2}) == 'F(a=1, **{"b c": x, "class": 2})'
    assert identifiers(["a b", "a-b", "1", "class", "", "ä"], ["a_b"]) == {
        "a b": "a_b_2", "a-b": "a_b_3", "1": "the_1", "class": "the_class", "": "the", "ä": "the_2",
    }  # fmt: skip


def described() -> tuple[dict[str, Any], Records]:
    """A crew that names a record of each kind."""
    tools = ["search", "notes.read", "DirectoryReadTool", "nothing"]
    document = crew(tasks=[task("look", tools=["search"]), task("say", "writer")])
    document["agents"]["writer"] |= {"llm": "fast", "tools": tools, "knowledge_sources": [{"path": "book.md"}]}
    document["agents"]["researcher"] |= {"llm": {"model": "openai/gpt-4o", "api_key": "${secret:MINE}"}, "label": "x"}
    records = Records(
        tools={"search": ToolRecord(name="search", type="SerperDevTool", configuration={"n_results": 3},
                                    environment={"SERPER_API_KEY": "${secret:SERPER}"})},
        servers={"notes": McpServer(name="notes", transport="http", url="https://n.example/mcp",
                                    headers={"Authorization": "Bearer ${secret:NOTES}"})},
        profiles={"fast": ModelProfile(name="fast", model="anthropic/claude-haiku-4-5", parameters={"temperature": 0})},
        knowledge={"book.md": b"# Book"},
    )  # fmt: skip
    return document, records


def test_records_are_written_out_in_a_project(loader, tmp_path: Path):
    """Tools as code beside it, servers and profiles in their place, knowledge files; secrets by name only."""
    document, records = described()
    files = files_of(document, "project", records)
    writer = json.loads(files["agents/writer.jsonc"])
    assert writer["llm"] == {"model": "anthropic/claude-haiku-4-5", "temperature": 0}
    assert writer["tools"] == ["custom:search", "DirectoryReadTool", "nothing"]
    assert writer["mcps"] == [{"url": "https://n.example/mcp", "headers": {}, "streamable": True}]
    assert b"class Configured(crewai_tools.SerperDevTool):" in files["tools/search.py"]
    assert b"super().__init__(n_results=3)" in files["tools/search.py"]
    assert files["knowledge/book.md"] == b"# Book"
    assert b"crewai-tools==" in files["requirements.txt"]
    assert b"crewai[anthropic]==" in files["requirements.txt"]
    everything = b"".join(files.values())
    assert b"${secret:" not in everything


def test_what_is_lost_is_said_field_by_field():
    """In the answer and in the project's README."""
    document, records = described()
    exported = export("x", document, "project", records)
    said = {note.where: note.what for note in exported.notes}
    assert said["agents.researcher.label"] == "left out: crewAI has no such field"
    assert "MINE is left out" in said["agents.researcher"]
    assert "all tools of notes" in next(note.what for note in exported.notes if "notes.read" in note.what)
    assert "the profile 'fast' written out" in said["agents.writer.llm"]
    readme = file_of_bytes("x.zip", exported.data).text("README.md")
    assert all(" ".join(str(note).split()) in readme for note in exported.notes)


def test_python_reads_secrets_from_variables():
    """And calls the tools, models and servers by their classes."""
    document, records = described()
    source = files_of(document, "python", records)["crew.py"].decode()
    ast.parse(source)
    assert 'api_key=os.environ["MINE"]' in source
    assert '"Authorization": "Bearer " + os.environ["NOTES"]' in source
    assert "SerperDevTool(n_results=3)" in source
    assert "MCPServerHTTP(" in source
    assert source.startswith('"""The crew of this project, exported from CrewLab."""\n\nimport os\n')


def test_one_document_for_crewai_holds_no_reference_to_a_secret():
    """Nothing can stand beside it, so that what it cannot say is in the notes."""
    document, records = described()
    exported = export("x", document, "crewai", records)
    assert b"secret" not in exported.data
    assert "search: its settings are left out" in " ".join(note.what for note in exported.notes)


def test_what_was_exported_comes_back_as_it_was():
    """The rehearsal model by its own name, a configured tool as the record that it was."""
    record = ToolRecord(name="search", type="SerperDevTool", configuration={"n_results": 3, "country": "de"})
    document = crew(name="back")
    document["agents"]["writer"]["tools"] = ["search", "FileReadTool"]
    project = export("back", document, "project", Records(tools={"search": record})).data
    understood = understand(file_of_bytes("p.zip", project))
    (back,) = understood.definitions
    assert understood.records.tools == {"search": record}
    assert back.document["agents"]["writer"]["tools"] == ["search", "FileReadTool"]
    assert back.document["agents"]["writer"]["llm"] == document["llm"]


def test_tools_written_as_objects_become_records():
    """Those of crewai_tools, with settings that they take; any other stays as it is, and is refused."""
    good = {"tool_type": "crewai_tools.tools.serper_dev_tool.serper_dev_tool.SerperDevTool", "n_results": 3}
    bad = [{"tool_type": "planted.SerperDevTool"}, {**good, "run": {"python": "x"}}]
    contents = {"crew.json": json.dumps(crew(name="x", agents={"a": {"tools": [good, *bad]}})).encode()}
    understood = understand(file_of_bytes("p.zip", zipped(contents)))
    assert understood.definitions[0].document["agents"]["a"]["tools"] == ["serper-dev", *bad]
    assert understood.records.tools["serper-dev"].configuration == {"n_results": 3}


JUNK: list[Any] = [7, "x", None, [], {}, [1], {"a": 1}, [{}], True]


@pytest.mark.parametrize("form", ["crewai", "project", "python", "notebook"])
@pytest.mark.parametrize("part", ["crew", "agent", "task"])
def test_a_document_of_any_shape_gives_a_file_or_an_error_in_words(part, form):
    """Drafts are exported too: what has an unexpected type is left to the checks."""
    fields = {
        "crew": ("agents", "tasks", "process", "inputs", "knowledge_sources", "memory", "llm", "manager_agent"),
        "agent": ("role", "llm", "tools", "mcps", "knowledge_sources", "planning_config", "embedder", "goals"),
        "task": ("name", "context", "agent", "tools", "output_json", "guardrails", "condition", "type"),
    }
    for field in fields[part]:
        for value in JUNK:
            document = crew(name="x")
            holder = {"crew": document, "agent": document["agents"]["writer"], "task": document["tasks"][0]}[part]
            holder[field] = value
            assert export("x", document, form, Records()).data
