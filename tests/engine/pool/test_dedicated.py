"""The test of a definition that says whether it needs a worker of its own."""

from __future__ import annotations

from crewlab.engine.pool.dedicated import FEATURES, reasons_for_dedicated_worker
from tests.engine.fakes import document


def test_a_plain_crew_shares_a_worker():
    """Nothing that it uses blocks a loop."""
    assert reasons_for_dedicated_worker(document()) == ()
    assert reasons_for_dedicated_worker({}) == ()


def test_the_executor_of_crewai_needs_a_worker_of_its_own():
    """Whether the crew names it or the settings do; the reason is said in words."""
    reasons = reasons_for_dedicated_worker(document(executor="crewai"))
    assert len(reasons) == 1
    assert "thread" in reasons[0]
    assert reasons_for_dedicated_worker(document(), executor="crewai") == reasons
    assert reasons_for_dedicated_worker(document(executor="crewlab"), executor="crewai") == ()


def test_the_executor_of_crewlab_shares_a_worker():
    """The value counts, not the field."""
    assert reasons_for_dedicated_worker(document(executor="crewlab")) == ()


def test_every_feature_says_why():
    """The table is what the README quotes."""
    assert all(feature.why and feature.field for feature in FEATURES)
