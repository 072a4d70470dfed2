"""Asynchronous tasks of a sequential crew."""

from __future__ import annotations

from pathlib import Path

import pytest

from crewlab.lab import Lab
from tests.model_server import Step, together
from tests.parity.cases import FUNCTIONS, Case, crew, task
from tests.parity.sides import INPUTS, Seen, seen, stock

AT_ONCE = Case(
    "asynchronous tasks",
    crew(
        task("first"),
        task("left", async_execution=True),
        task("right", "writer", async_execution=True, context=["first"]),
        task("join"),
    ),
    lambda body: f"answer to {body['messages'][-1]['content'][14:20]}",
)


def in_any_order(one: Seen) -> list[str]:
    return sorted(one.requests)


def test_they_run_beside_each_other_and_are_asked_as_in_crewai(data: Path, monkeypatch: pytest.MonkeyPatch):
    """The requests are those of stock crewAI, up to the order of those that are sent at once."""
    monkeypatch.setenv("OPENAI_API_KEY", "x")
    with AT_ONCE.server() as server, Lab.open(data) as lab:
        server.script(Step(), *together(2))
        done = lab.run({**AT_ONCE.document, "llm": AT_ONCE.llm(FUNCTIONS, server.url)}, INPUTS)
        tasks = lab.tasks_df(execution_ids=[done.execution_id]).set_index("task_name")
        mine = seen(server, done.output or "")
    theirs = stock(AT_ONCE, FUNCTIONS)
    assert done.status == "completed", done.error
    assert in_any_order(mine) == in_any_order(theirs)
    assert mine.output == theirs.output
    began, ended = tasks["started_at"], tasks["ended_at"]
    assert max(began["left"], began["right"]) < min(ended["left"], ended["right"])
    assert ended["first"] <= min(began["left"], began["right"])
    assert began["join"] >= max(ended["left"], ended["right"])
