"""The table is whole: every documented field is in it, each test that it names exists, and what is refused is said."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from crewlab.definitions.checks import check
from crewlab.settings import PROJECT
from tests.definitions.crewai_fields import recorded
from tests.definitions.documents import agent, crew, task
from tests.definitions.test_crewai_fields import OF_A_RUN
from tests.features import crews, flows, models
from tests.features.states import Refused, Runs, State

TESTS = Path(__file__).parents[1]
TABLES: dict[str, dict[str, State]] = {
    "crew": crews.CREW,
    "agent": crews.AGENT,
    "task": crews.TASK,
    "openai": models.LLM,
    "planning": models.PLANNING,
    "knowledge config": models.KNOWLEDGE,
    "checkpoint": models.CHECKPOINT,
    "security": models.SECURITY,
    "memory": models.MEMORY,
    "mcp": models.MCP,
    "flow": flows.FLOW,
    "flow config": flows.FLOW_CONFIG,
    "flow step": flows.FLOW_STEP,
    "flow feedback": flows.FEEDBACK,
    "flow conversation": flows.CONVERSATION,
    "flow router": flows.ROUTER,
    "flow action": flows.ACTIONS,
    "way": flows.WAYS,
}
EVERY = [(kind, name, state) for kind, table in TABLES.items() for name, state in table.items()]


@pytest.mark.parametrize("kind", sorted(TABLES.keys() & recorded().keys()))
def test_every_field_of_crewai_is_in_the_table(kind: str):
    """Those that crewAI fills in itself are none of a document's."""
    fields = set(recorded()[kind]) - (set(OF_A_RUN.get(kind, "").split()) - {"max_retries", "interceptor"})
    assert fields - TABLES[kind].keys() == set()


@pytest.mark.parametrize(("kind", "name", "state"), [row for row in EVERY if isinstance(row[2], Runs)])
def test_what_runs_is_observed_by_a_test_that_exists(kind: str, name: str, state: Runs):
    """A test that was renamed or removed is missed here."""
    file, _, function = state.test.partition("::")
    assert function in functions_of(TESTS / file), f"{kind}: {name}"
    assert not state.case or state.case in text_of((TESTS / file).parent), state.case


@pytest.mark.parametrize(
    ("kind", "name", "state"), [row for row in EVERY if getattr(row[2], "rule", "") and row[2].sample is not None]
)
def test_what_is_left_out_is_said_by_the_check(kind: str, name: str, state: Refused):
    """Nothing is left out in silence."""
    ids = [problem.id for problem in check(with_feature(kind, name, state.sample))]
    assert any(id.startswith(state.rule) for id in ids)


@pytest.mark.parametrize(("kind", "name", "state"), [row for row in EVERY if isinstance(row[2], Refused)])
def test_what_is_left_out_is_in_the_readme(kind: str, name: str, state: Refused):
    """With the reason."""
    assert (kind, name, state.why) in set(readme_rows())


def test_the_readme_lists_nothing_else():
    """What runs by now is taken off the list."""
    left = {(kind, name, state.why) for kind, name, state in EVERY if not isinstance(state, Runs)}
    assert set(readme_rows()) - left == set()


def readme_rows() -> Iterator[tuple[str, str, str]]:
    """The rows of the table of what is left out: of what, the names, why."""
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    table = text.partition("<!-- left out -->")[2].partition("<!-- end of left out -->")[0]
    for line in table.splitlines()[3:]:
        of, names, why = (cell.strip() for cell in line.strip("|").split(" | "))
        yield from ((of, name.strip().strip("`"), why) for name in names.split("; "))


@cache
def functions_of(path: Path) -> frozenset[str]:
    """The names of the functions in a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@cache
def text_of(folder: Path) -> str:
    """The source of all modules of a folder: the names of its cases are in it."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py")))


def with_feature(kind: str, name: str, value: Any) -> dict[str, Any]:
    """A document without problems, but for one feature."""
    if kind.startswith("flow"):
        return _flow_with(kind, name, value)
    if kind == "memory":
        return crew(memory=value)
    if kind == "checkpoint":
        return crew(checkpoint={name.partition(",")[0]: value})
    if kind == "openai":
        return crew(llm={"model": "openai/gpt-4o", name: value})
    if kind == "agent":
        return crew(agents={"researcher": agent(**{name.partition(",")[0]: value}), "writer": agent()})
    if kind == "task":
        return crew(tasks=[task("facts", context=[]), task("report", "writer", **{name.partition(" ")[0]: value})])
    return crew(**{name: value})


def _flow_with(kind: str, name: str, value: Any) -> dict[str, Any]:
    step: dict[str, Any] = {"start": True, "do": {"call": "expression", "expr": "1"}}
    document: dict[str, Any] = {"schema": "crewai.flow/v1", "name": "f", "methods": {"a": step}}
    if kind == "flow config":
        document["config"] = {name: value}
    elif kind == "flow feedback":
        step["human_feedback"] = {"message": "Fine?", name: value}
    elif kind in ("flow conversation", "flow router"):
        talk = {name: value} if kind == "flow conversation" else {"router": {name: value}}
        document["conversational"] = {"llm": "rehearsal/plain", **talk}
    elif kind == "flow action":
        step["do"] = value
    else:
        document[name] = value
    return document
