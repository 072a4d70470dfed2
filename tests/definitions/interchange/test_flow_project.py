"""Flows that are taken away: crewAI's own model takes them, records are beside them, and no text became code."""

from __future__ import annotations

import ast
import json
from importlib import import_module
from typing import Any

import pytest
import yaml

from crewlab.bridge.environment import importing, quiet_environment
from crewlab.definitions.flows.closure import Closure
from crewlab.definitions.flows.lowering import lower
from crewlab.definitions.interchange.exporting import Exported, ExportFormat, export
from crewlab.definitions.interchange.records import Records
from crewlab.definitions.interchange.source_files import file_of_bytes
from crewlab.definitions.library.model_profiles import ModelProfile
from crewlab.definitions.library.tool_records import ToolRecord
from tests.definitions.documents import crew
from tests.definitions.interchange.test_exporting import NASTY

AGENT = {
    "role": "A",
    "goal": "G",
    "backstory": "B",
    "llm": "fast",
    "tools": ["search"],
    "input": "Sum up ${state.topic}",
}
RECORDS = Records(
    tools={"search": ToolRecord(name="search", type="SerperDevTool", configuration={"n_results": 3})},
    profiles={"fast": ModelProfile(name="fast", model="openai/gpt-4o", api_key="${secret:MINE}")},
    knowledge={"book.md": b"# Book"},
)


def flow() -> dict[str, Any]:
    """A step of each kind that names a record."""
    inline = crew(name="inline", knowledge_sources=[{"path": "book.md"}])
    return {
        "schema": "crewai.flow/v1",
        "name": "whole",
        "state": {"type": "dict", "default": {"topic": "tea"}},
        "methods": {
            "read": {"start": True, "do": {"call": "crew", "with": inline}},
            "look": {"listen": "read", "do": {"call": "tool", "ref": "search", "with": {"search_query": "x"}}},
            "say": {"listen": "look", "do": {"call": "agent", "with": AGENT}},
        },
    }


def exported(document: dict[str, Any], form: ExportFormat) -> Exported:
    return export(str(document["name"]), document, form, RECORDS, lower(Closure(document)))


def test_crewai_takes_what_is_written():
    """As a document and as a project: with tools, models and knowledge, and without a secret."""
    quiet_environment()
    with importing():
        theirs = import_module("crewai.flow.flow_definition").FlowDefinition
    files = file_of_bytes("x.zip", exported(flow(), "project").data)
    for text in (files.text("flow.yaml"), exported(flow(), "crewai").data.decode()):
        assert "secret" not in text
        document = yaml.safe_load(text)
        theirs.from_declaration(contents=text)
        steps = document["methods"]
        assert steps["look"]["do"]["ref"] == "tools.search:Configured"
        assert steps["say"]["do"]["with"]["tools"] == ["custom:search"]
        assert steps["say"]["do"]["with"]["llm"] == {"model": "openai/gpt-4o"}
        assert steps["say"]["do"]["with"]["input"] == AGENT["input"]
    assert files.contents["knowledge/book.md"] == b"# Book"
    assert "class Configured(crewai_tools.SerperDevTool):" in files.text("tools/search.py")
    assert "`MINE`" in files.text("README.md")
    assert 'type = "flow"\ndefinition = "flow.yaml"' in files.text("pyproject.toml")


def test_python_reads_secrets_from_variables():
    """In the project and in the notebook, where a tool of one's own has no place."""
    source = file_of_bytes("x.zip", exported(flow(), "python").data).text("flow.py")
    assert 'os.environ["MINE"]' in source
    book = exported(flow(), "notebook")
    code = json.loads(book.data)["cells"][2]["source"]
    assert code.startswith("from crewai.flow.flow import Flow\n\nimport os")
    assert "tools.search: left out: its code has no place in a notebook" in map(str, book.notes)
    for text in (source, code):
        ast.parse(text)


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_no_text_of_a_flow_becomes_code(text):
    """Whatever names and texts say, the Python is one object."""
    document = {
        "schema": "crewai.flow/v1",
        "name": text,
        "description": text,
        "methods": {text: {"start": True, "do": {"call": "agent", "with": {**AGENT, "role": text, "input": text}}}},
    }
    source = file_of_bytes("x.zip", exported(document, "python").data).text("flow.py")
    body = ast.parse(source).body
    assert [type(node) for node in body if not isinstance(node, ast.Import)] == [ast.Expr, ast.Assign]
    calls = [node for node in ast.walk(body[-1]) if isinstance(node, ast.Call)]
    assert calls == []


def test_a_conversation_is_written_as_crewai_holds_it():
    """Models are written out, secrets stay behind, and routes are listed where crewAI would offer others, too."""
    step = {"do": {"call": "expression", "expr": "'x'"}}
    talk = {
        **flow(),
        "conversational": {"llm": "fast", "router": {"llm": "rehearsal/terse"}},
        "methods": {"tell": {**step, "listen": "price"}, "more": {**step, "listen": "tell"}},
    }
    made = exported(talk, "project")
    files = file_of_bytes("x.zip", made.data).contents
    block = yaml.safe_load(files["flow.yaml"])["conversational"]
    assert block["llm"]["model"] == "openai/gpt-4o"
    assert b"MINE" not in files["flow.yaml"]
    assert block["router"]["llm"]["model"] == "openai/rehearsal/terse"
    assert block["router"]["routes"] == ["price"]
    assert "crewAI would offer tell as routes" in " ".join(note.what for note in made.notes)
    assert "flow.chat(" in files["run.py"].decode()
    ast.parse(files["run.py"])
    plain = {**talk, "methods": {"tell": {**step, "listen": "price"}}}
    assert not [note for note in exported(plain, "python").notes if "routes" in note.where], "nothing else is heard"
    only = {**talk, "conversational": {"llm": "fast"}, "methods": {"more": {**step, "listen": "converse_turn"}}}
    assert "offers converse_turn as routes" in " ".join(note.what for note in exported(only, "python").notes)
