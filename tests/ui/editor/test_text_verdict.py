"""What the tab *Document* says of a text that is being typed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from crewlab.definitions.problem import Problem
from crewlab.ui.editor.text_verdict import path_of, verdict_of

TEXT = """name: demo
agents:
  writer: {role: Writer}
tasks:
  - name: draft
    agent: nobody
"""


def lab_that_finds(*problems: Problem) -> Any:
    return SimpleNamespace(definitions=SimpleNamespace(check=lambda _: list(problems)))


def problem(where: str, severity: Any = "error") -> Problem:
    return Problem(id="x", where=where, what="Wrong.", severity=severity, hint="")


def test_each_problem_has_its_line():
    """Tasks are found by their names; an error on a line outweighs a warning on it."""
    lab = lab_that_finds(
        problem("tasks.draft.agent"), problem("tasks.draft.agent", "warning"), problem("agents.writer", "warning")
    )
    verdict = verdict_of(lab, TEXT)
    assert [line for line, _ in verdict.problems] == [6, 6, 3]
    assert verdict.marks == {6: "error", 3: "warning"}
    assert path_of({"tasks": [{"name": "draft"}], "agents": {}}, "tasks.draft.agent") == ["tasks", 0, "agent"]


def test_the_text_is_not_read_again_for_each_problem(monkeypatch: pytest.MonkeyPatch):
    """Hundreds are found while somebody types."""
    read, compose = [], yaml.compose
    monkeypatch.setattr(yaml, "compose", lambda *given: read.append(given) or compose(*given))
    verdict = verdict_of(lab_that_finds(*[problem("tasks.draft.agent")] * 300), TEXT)
    assert {line for line, _ in verdict.problems} == {6}
    assert len(read) == 2  # for the document, and for its lines


def test_a_text_that_is_no_document_marks_its_line():
    """Nothing else is checked then."""
    verdict = verdict_of(lab_that_finds(problem("name")), "name: demo\nname: twice\n")
    assert verdict.marks == {2: "error"}
    assert not verdict.problems
