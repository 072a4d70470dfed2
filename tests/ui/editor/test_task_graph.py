"""The picture of the tasks, and the sentence for who does not see it."""

from __future__ import annotations

import pytest

from crewlab.ui.editor.task_graph import columns, in_words, mermaid


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


def test_conditions_are_drawn_and_counted():
    """A condition is an edge and another shape; the sentence says how many there are."""
    document = crew("parallel", [], [])
    document["tasks"][1]["condition"] = "outputs.a != ''"
    assert in_words(document) == "2 tasks, each waiting for the one before. 1 task only where a condition holds."
    assert mermaid(document).splitlines()[2:] == ['  t1{{"b<br/>x"}}', "  t0 --> t1"]


def test_only_direct_edges_are_drawn():
    """A chain of tasks that read everything before them looks like a chain."""
    assert mermaid(crew("parallel", None, None, None)).splitlines()[-2:] == ["  t0 --> t1", "  t1 --> t2"]


def test_the_width_of_the_picture_is_known():
    """What runs at once stands above each other; a chain stands side by side."""
    assert columns(crew("parallel", [], [], ["a", "b"])) == 2
    assert columns(crew("sequential", None, None, None)) == 3


def test_names_cannot_change_the_picture():
    """Quotes, brackets, tags and directives in a name are encoded."""
    document = crew("parallel", [], [])
    document["tasks"][0]["name"] = 'x"]; click t0 href "javascript:alert(1)" %%{init}%% <img src=x>'
    label = mermaid(document).splitlines()[1]
    assert label.count('"') == 2
    assert "<img" not in label
    assert "javascript:" not in label
    assert "%%{" not in label
