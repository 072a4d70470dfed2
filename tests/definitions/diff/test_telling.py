"""Differences as a person reads them."""

from __future__ import annotations

import pytest

from crewlab.definitions.diff import Change
from crewlab.definitions.diff.telling import renames_of, told

LONG = "Collect the facts that the reader needs to decide, each with its source, and leave out everything else."


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Change("agents.researcher.llm", "a", "b", "changed"), "agents.researcher.llm: a → b"),
        (Change("tasks.extra", None, {"name": "extra"}, "added"), "tasks.extra: added"),
        (Change("steps.one", {"do": {}}, None, "removed"), "steps.one: removed"),
        (Change("state.rows", None, {"type": "array"}, "added"), "state.rows: added"),
        (Change("definitions.brief@3", {"name": "x"}, None, "removed"), "definitions.brief@3: removed"),
        (Change("definitions.brief@3.tasks.t", {"name": "t"}, None, "removed"), "definitions.brief@3.tasks.t: removed"),
        (Change("steps.one.do.with.tasks.t", {"name": "t"}, None, "removed"), "steps.one.do.with.tasks.t: removed"),
        (Change("tasks.t", None, {"context": ["a"]}, "added"), "tasks.t: added; edge a → t added"),
        (Change("steps.s", {"listen": {"or": ["a", "b"]}}, None, "removed"),
         "steps.s: removed; edge a → s removed; edge b → s removed"),
        (Change("tasks.t", "old", "t", "renamed"), "tasks.t: renamed from old"),
        (Change("tasks.t", 3, 1, "moved"), "tasks.t: moved from place 3 to place 1"),
        (Change("planning", True, None, "removed"), "planning: true → nothing"),
        (Change("tasks.t.output_json", None, {"type": "object"}, "added"),
         'tasks.t.output_json: nothing → {"type": "object"}'),
        (Change("tasks.t.context", ["a", "b"], ["b", "c"], "changed"),
         "tasks.t.context: edge a → t removed; edge c → t added"),
        (Change('tasks."v1.2".context', ["a"], [], "changed"), 'tasks."v1.2".context: edge a → v1.2 removed'),
        (Change("tasks.t.context", None, ["a"], "added"), 'tasks.t.context: nothing → ["a"]'),
        (Change("tasks.t.context", ["a", "b"], ["b", "a"], "changed"), 'tasks.t.context: ["a", "b"] → ["b", "a"]'),
        (Change("steps.w.listen", {"and": ["a", "b"]}, {"or": ["a", "b"]}, "changed"),
         "steps.w.listen: a and b → a or b"),
        (Change("steps.w.start", True, "a", "changed"), "steps.w.start: at the start → a; edge a → w added"),
        (Change("steps.w.listen", {"nor": []}, "a", "changed"), 'steps.w.listen: {"nor": []} → a'),
    ],
)  # fmt: skip
def test_a_change_is_one_line(change: Change, said: str):
    """Where it is, and what became of it."""
    assert str(told(change)) == said


def test_a_prompt_is_told_by_word():
    """What stays is cut down to the words around."""
    found = told(Change("tasks.t.description", LONG, LONG.replace("facts", "prices"), "changed"))
    assert not found.what
    assert [span.text for span in found.spans if span.op != "same"] == ["facts", "prices"]
    assert str(found).startswith("tasks.t.description: Collect the [-facts-][+prices+] that the reader needs")
    assert str(found).endswith("…")


def test_an_edge_to_a_renamed_part_is_the_same_edge():
    """Only the other one went."""
    changes = [Change("steps.find", "research", "find", "renamed")]
    listens = Change("steps.w.listen", {"and": ["research", "side"]}, "find", "changed")
    said = str(told(listens, renames_of(changes)))
    assert said == "steps.w.listen: research and side → find; edge side → w removed"
