"""The picture of the tasks, and the sentence for who does not see it."""

from __future__ import annotations

import pytest

from crewlab.ui.editor.task_graph import in_words


def crew(process: str, *contexts: list[str] | None) -> dict:
    """Tasks a, b, c, … with these contexts."""
    tasks = [
        {"name": name, "agent": "x", **({} if context is None else {"context": context})}
        for name, context in zip("abcdef", contexts, strict=False)
    ]
    return {"process": process, "tasks": tasks, "agents": {"x": {}}}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (crew("parallel", [], [], ["a", "b"]), "3 tasks in 2 waves: 2 at once, then 1."),
        (crew("parallel", [], []), "All 2 tasks run at the same time."),
        (crew("parallel", None, None, None), "3 tasks, each waiting for the one before."),
        (crew("parallel", ["b"], ["a"]), "Some tasks wait for each other in a circle and can never run."),
        (crew("sequential", None, None), "2 tasks, one after the other."),
        (crew("hierarchical", None, None), "A manager leads 2 tasks, one after the other."),
    ],
)
def test_the_order_in_words(document, words):
    """What runs when, by process."""
    assert in_words(document) == words


def test_conditions_are_counted():
    """A condition makes a task wait; the sentence says how many there are."""
    document = crew("parallel", [], [])
    document["tasks"][1]["condition"] = "outputs.a != ''"
    assert in_words(document) == "2 tasks, each waiting for the one before. 1 task only where a condition holds."
