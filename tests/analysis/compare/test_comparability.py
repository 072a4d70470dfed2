"""What a reader is warned of."""

from __future__ import annotations

import pytest

from crewlab.analysis.compare.comparability import warnings_of
from crewlab.executions.cassette import Cassette
from crewlab.executions.launch import LaunchOptions
from crewlab.executions.status import ExecutionStatus
from tests.analysis.rows import execution


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"is_rehearsal": True}, "mixed"),
        ({"options": LaunchOptions(cassette=Cassette.replay("a"))}, "recorded answers"),
        ({"definition_name": "ticket-triage"}, "different definitions"),
        ({"content_hash": "two"}, "2 different contents"),
        ({"inputs": {"topic": "coffee"}}, "inputs differ"),
        ({"status": ExecutionStatus.RUNNING}, "Not ended yet"),
        ({"status": ExecutionStatus.FAILED}, "B (failed)"),
        ({"unpriced_calls": 1}, "without a known price"),
        ({"unknown_calls": 1}, "reported no tokens"),
        ({"document": {"memory": {"scope": "definition"}}}, "not independent repeats: B"),
        ({"attempt": 2}, "unequal numbers of attempts"),
    ],
)
def test_each_obstacle_is_one_sentence(values, words):
    """Whatever keeps two executions from being comparable is said, and nothing else."""
    (sentence,) = warnings_of([execution("a"), execution("b", **values)], ["A", "B"])
    assert words in sentence


def test_a_changed_knowledge_file_is_said():
    """The definition is the same, and what its agents can find is not."""
    files = [LaunchOptions(knowledge_files={"a.md": sha256, "b.md": "same"}) for sha256 in ("one", "two")]
    (sentence,) = warnings_of([execution(str(n), options=options) for n, options in enumerate(files)], ["A", "B"])
    assert sentence == "Knowledge files changed between their launches: a.md."


def test_many_names_are_counted():
    """Fifty executions do not make a sentence of fifty names."""
    rest = [execution(str(n), inputs={"topic": str(n)}) for n in range(50)]
    (sentence,) = warnings_of([execution("a"), *rest], [f"L{n}" for n in range(51)])
    assert sentence.endswith("L6 and 44 more.")
