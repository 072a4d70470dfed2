"""Importing crewAI beside everything else."""

from __future__ import annotations

import threading

import pytest

from crewlab.engine.loading import Loading
from tests.engine.fakes import FakeCrewAI


def test_it_is_imported_once_and_says_how_far_it_is():
    """not loaded, loading, ready; everybody shares one import."""
    go, imports = threading.Event(), []

    def load() -> FakeCrewAI:
        go.wait(60)
        imports.append(1)
        return FakeCrewAI()

    loading = Loading(load)
    assert (loading.state, loading.loaded) == ("not loaded", None)
    futures = [loading.begin() for _ in range(5)]
    assert (loading.state, loading.loaded) == ("loading", None)
    go.set()
    assert len({id(future.result(60)) for future in futures}) == 1
    assert loading.state == "ready"
    assert imports == [1]


def test_a_failed_import_is_told_and_tried_again():
    """A person may repair the environment while the app runs."""
    results: list[FakeCrewAI] = []

    def load() -> FakeCrewAI:
        if not results:
            results.append(FakeCrewAI())
            raise ImportError("broken wheel")
        return results[0]

    loading = Loading(load)
    with pytest.raises(ImportError):
        loading.begin().result(60)
    assert loading.state == "failed: broken wheel"
    assert loading.loaded is None
    assert loading.begin().result(60) is results[0]
