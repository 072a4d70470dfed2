"""The test of a definition that says whether it needs a worker of its own."""

from __future__ import annotations

import pytest

from crewlab.engine.dedicated import FEATURES, reasons_for_dedicated_worker
from tests.engine.fakes import document


def test_a_plain_crew_shares_a_worker():
    """Nothing that it uses blocks a loop."""
    assert reasons_for_dedicated_worker(document()) == ()
    assert reasons_for_dedicated_worker({}) == ()


@pytest.mark.parametrize("part", ["crew", "agent", "manager"])
def test_the_executor_of_crewai_needs_a_worker_of_its_own(part):
    """Whoever uses it, the manager included; the reason is said once, in words."""
    crew = document()
    writer = crew["agents"]["writer"]
    where = {"crew": crew, "agent": writer, "manager": crew.setdefault("manager_agent", dict(writer))}[part]
    where["executor"] = "crewai"
    reasons = reasons_for_dedicated_worker(crew)
    assert len(reasons) == 1
    assert "thread" in reasons[0]


def test_the_executor_of_crewlab_shares_a_worker():
    """The value counts, not the field."""
    assert reasons_for_dedicated_worker(document(executor="crewlab")) == ()


def test_every_feature_says_why():
    """The table is what the README quotes."""
    assert all(feature.why and feature.field for feature in FEATURES)
