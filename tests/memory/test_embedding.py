"""Vectors without a model."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from crewlab.memory.embedding import DIMENSIONS, OfflineEmbedder

EMBEDDER = OfflineEmbedder()


def nearness(one: str, other: str) -> float:
    a, b = EMBEDDER.embed([one, other])
    return float(a @ b)


def test_a_text_is_nearest_to_itself_and_far_from_another_subject():
    """Shared words make texts near; a subject of its own is far away."""
    refund = "Refunds of damaged parcels take fourteen days."
    assert nearness(refund, refund) == pytest.approx(1.0, abs=1e-5)
    assert nearness(refund, "How long does a refund for a damaged parcel take?") > 0.3
    assert nearness(refund, "The turbine blades are inspected with drones.") < 0.1


def test_parts_of_words_count():
    """`refund` and `refunded` have parts in common, which a comparison of words would not see."""
    assert nearness("refund", "refunded") > 0.3 > nearness("refund", "turbine")


@pytest.mark.parametrize("text", ["", "   ", "!!! ???", "\x00", "\ud800", "の" * 5000, "a" * 100_000, "🎉 🎊"])
def test_any_text_has_a_vector_of_length_one_or_zero(text: str):
    """Nothing that a model or a file may hold breaks it."""
    length = float(np.linalg.norm(EMBEDDER.embed([text])[0]))
    assert length == pytest.approx(1.0, abs=1e-5) or length == 0.0


def test_other_languages_are_compared_too():
    """It knows words of no language, so it works for all of them."""
    assert nearness("返金には14日かかります", "返金は何日かかりますか") > 0.2
    assert nearness("Die Rückerstattung dauert", "Wie lange dauert die Rückerstattung") > 0.5


def test_the_same_text_has_the_same_vector_in_another_process():
    """Vectors are kept in a file, so they may not depend on a process's own hash seed."""
    code = "from crewlab.memory.embedding import OfflineEmbedder as E; print(E().embed(['refunds take days'])[0].sum())"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert float(told) == pytest.approx(float(EMBEDDER.embed(["refunds take days"])[0].sum()), abs=1e-4)
    assert EMBEDDER.embed(["x"]).shape == (1, DIMENSIONS)
