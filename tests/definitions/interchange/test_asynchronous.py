"""To crewAI and back: what changes is said, field by field, and nothing else changes."""

from __future__ import annotations

from importlib import import_module

import pytest

from crewlab.bridge.environment import importing, quiet_environment
from crewlab.definitions.checks import check
from crewlab.definitions.crew import dependencies
from crewlab.definitions.interchange import as_crewai, from_crewai
from crewlab.errors import DocumentError
from tests.definitions.documents import crew, task


def imported(**changes):
    """Two asynchronous tasks and a third that reads everything, as people write it for crewAI."""
    tasks = [
        task("facts", async_execution=True),
        task("figures", async_execution=True, context=[]),
        task("report", "writer"),
    ]
    return crew(tasks=tasks, **changes)


def test_asynchronous_tasks_become_edges():
    """What each task is given stays what crewAI gives it; the tasks run at once, and every change is named."""
    document, notes = from_crewai(imported())
    assert document["process"] == "parallel"
    assert dependencies(document) == [[], [], [0, 1]]
    assert [task.get("async_execution") for task in document["tasks"]] == [None] * 3
    assert [note.where for note in notes] == ["process", "tasks.facts.async_execution", "tasks.figures.async_execution"]
    assert "became the context []" in notes[1].what
    assert check(document) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"process": "hierarchical", "manager_llm": "rehearsal/plain"}, "a hierarchical crew"),
        ({"memory": True}, "with memory"),
    ],
)
def test_where_edges_would_change_the_meaning_nothing_is_changed(changes, reason):
    """The document stays, and each field that has no effect is named with the reason."""
    before = imported(**changes)
    document, notes = from_crewai(before)
    assert document == before
    assert [note.where for note in notes] == ["tasks.facts.async_execution", "tasks.figures.async_execution"]
    assert reason in notes[0].what


def test_a_document_without_asynchronous_tasks_stays_as_it_is():
    """An import changes nothing that it does not have to; a broken document is left to the checks."""
    for document in (crew(), crew(tasks=[task("a", async_execution=False)]), {"name": "x", "tasks": "no"}, {}):
        assert from_crewai(document) == (document, ())


def test_a_parallel_crew_is_exported_in_an_order_that_crewai_runs():
    """Sequential, contexts written, the crew's model with its agents; crewAI's own model takes it."""
    tasks = [
        task("report", "writer", context=["facts"], condition='outputs.figures != ""'),
        task("facts", context=[]),
        task("figures", context=[], human_input={"prompt": "Right?"}),
    ]
    document, notes = as_crewai(crew(process="parallel", tasks=tasks))
    assert document["process"] == "sequential"
    names = [each["name"] for each in document["tasks"]]
    assert names.index("facts") < names.index("report")
    assert [note.where for note in notes] == ["process", "llm", "tasks.figures.human_input", "tasks.report.condition"]
    quiet_environment()
    with importing():
        theirs = import_module("crewai.project.crew_definition").CrewDefinition.model_validate(document)
    assert [each.name for each in theirs.tasks] == names
    assert "llm" not in document
    assert {agent["llm"] for agent in document["agents"].values()} == {"rehearsal/plain"}


def test_a_circle_cannot_be_exported():
    """No order of the tasks would do."""
    tasks = [task("a", context=["b"]), task("b", context=["a"])]
    with pytest.raises(DocumentError, match="circle"):
        as_crewai(crew(process="parallel", tasks=tasks))


def test_the_agent_loop_is_not_exported():
    """crewAI has one, and refuses fields that it does not know."""
    document, notes = as_crewai(crew(executor="crewai"))
    assert "executor" not in document
    assert "executor" in [note.where for note in notes]
