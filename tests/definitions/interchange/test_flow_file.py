"""Flows in crewAI's shape: crews in files beside them become definitions that the steps name."""

from __future__ import annotations

import json

import pytest

from crewlab.definitions.interchange.understanding import understand
from tests.definitions.interchange.projects import JSON_PROJECT, files

FLOW = """
schema: crewai.flow/v1
name: press
state: {type: dict, default: {topic: tea}}
methods:
  gather:
    start: true
    do: {call: crew, from_declaration: PATH, inputs: {topic: "${state.topic}"}}
  each_one:
    listen: gather
    do: {call: each, in: state.rows, do: [{name: one, action: {call: crew, from_declaration: PATH}}]}
  inline:
    listen: gather
    do:
      call: crew
      with:
        agents: {a: {role: A, goal: G, backstory: B}}
        tasks:
          - {name: x, description: X, expected_output: X, agent: a, async_execution: true}
          - {name: y, description: Y, expected_output: Y, agent: a}
"""


def project(path: str, flow: str = "flow.yaml") -> dict[str, bytes]:
    crews = {f"crews/news/{name}": data for name, data in JSON_PROJECT.items()}
    return {flow: FLOW.replace("PATH", path).encode(), **crews}


@pytest.mark.parametrize("path", ["crews/news/crew.jsonc", "./crews/news", "crews/../crews/news/crew.jsonc"])
def test_a_declared_crew_becomes_a_definition(path):
    """Wherever a step declares it, and however its path is written; the crew comes first."""
    crew, flow = understand(files(project(path))).definitions
    assert (crew.name, crew.kind, flow.name, flow.kind) == ("news", "crew", "press", "flow")
    gather, each = flow.document["methods"]["gather"]["do"], flow.document["methods"]["each_one"]["do"]
    assert gather == {"call": "crew", "definition": "news", "inputs": {"topic": "${state.topic}"}}
    assert each["do"][0]["action"] == {"call": "crew", "definition": "news"}
    assert [note.where for note in flow.notes][:2] == [
        "methods.gather.do.from_declaration",
        "methods.each_one.do.do.0.action.from_declaration",
    ]


def test_asynchronous_tasks_of_a_crew_in_a_step_become_edges():
    """As those of any imported crew, with the place in the flow."""
    *_, flow = understand(files(project("crews/news"))).definitions
    assert flow.document["methods"]["inline"]["do"]["with"]["process"] == "parallel"
    assert "methods.inline.do.with.tasks.x.async_execution" in [note.where for note in flow.notes]


@pytest.mark.parametrize("path", ["../../etc/crew.jsonc", "/etc/crew.jsonc", "~/crew.jsonc", "crews/other", "crews"])
def test_what_is_not_among_the_files_is_kept_and_named(path):
    """No path leads to a file that was not handed over."""
    *_, flow = understand(files(project(path))).definitions
    assert flow.document["methods"]["gather"]["do"]["from_declaration"] == path
    assert "is not among the files" in flow.notes[0].what


def test_a_flow_is_known_by_what_it_says():
    """In a project and alone, as YAML and as JSON of one line, without the schema too."""
    document = {"description": "d", "methods": {"a": {"start": True, "do": {"call": "expression", "expr": "1"}}}}
    as_json = json.dumps(document).encode()
    for contents in ({"x.json": as_json}, {"a/flow.json": b'{"schema": "crewai.flow/v1", "methods": {}}', "b.md": b""},
                     {"x.yaml": FLOW.encode()}):  # fmt: skip
        (flow,) = understand(files(contents)).definitions
        assert flow.kind == "flow"


def test_definitions_of_one_name_are_told_apart():
    """Steps refer to names, so that the second one gets another."""
    crews = {f"crews/{folder}/{name}": data for folder in "ab" for name, data in JSON_PROJECT.items()}
    contents = {"flow.yaml": FLOW.replace("PATH", "crews/b").encode(), **crews}
    first, second, flow = understand(files(contents)).definitions
    assert (first.name, second.name, second.document["name"]) == ("news", "news_2", "news_2")
    assert flow.document["methods"]["gather"]["do"]["definition"] == "news_2"
    assert second.notes[0].where == "name"
