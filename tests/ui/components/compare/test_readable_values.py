"""What a comparison shows instead of paths, JSON and exponents."""

from __future__ import annotations

import pytest

from crewlab.ui.components.compare.readable_values import number, place, value


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("tasks.research.expected_output", "Task research: expected output"),
        ("agents.market analyst", "Agent market analyst"),
        ("agents.v1.5.llm", "Agent v1.5: llm"),
        ("manager_llm", "manager llm"),
        ("brief@1.agents.lead_writer.llm", "brief@1 › agent lead_writer: llm"),
    ],
)
def test_places(path: str, said: str):
    """A path names the agent or the task, then the field."""
    assert place(path) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"model": "a/b", "seed": 7}', "model: a/b, seed: 7"),
        ('rehearsal/plain {"seed": 7, "stop": ["x", "y"]}', "rehearsal/plain (seed: 7, stop: (x, y))"),
        ('["one", "two"]', "one, two"),
        ("{not json}", "{not json}"),
        ("Write {topic} well", "Write {topic} well"),
        (None, None),
    ],
)
def test_values(text, said):
    """JSON loses its braces; other text is left alone."""
    assert value(text) == said


@pytest.mark.parametrize(
    ("figure", "signed", "said"),
    [
        (1_234_567.0, False, "1,234,567"),
        (-1234.5, True, "-1,234"),
        (12.3456, True, "+12.346"),
        (0.000123, False, "0.000123"),
        (0.0, False, "0"),
        (float("nan"), False, None),
    ],
)
def test_numbers(figure, signed, said):
    """Small sums of money keep their digits and large counts their separators, in one column."""
    assert number(figure, signed=signed) == said
