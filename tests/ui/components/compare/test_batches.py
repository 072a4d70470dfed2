"""Pairs of executions as a person reads them."""

from __future__ import annotations

import pandas as pd

from crewlab.ui.components.compare.batches import with_short_inputs


def test_only_inputs_that_differ_are_shown():
    """What all pairs have in common does not tell them apart."""
    pairs = pd.DataFrame({"inputs": ['{"topic": "tea", "region": "EU"}', '{"topic": "coffee", "region": "EU"}']})
    assert list(with_short_inputs(pairs)["inputs"]) == ["tea", "coffee"]


def test_a_single_pair_shows_everything():
    """With one pair there is nothing to tell apart."""
    assert list(with_short_inputs(pd.DataFrame({"inputs": ['{"a": "1", "b": "2"}']}))["inputs"]) == ["1 · 2"]
