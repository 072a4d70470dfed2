"""What a flow asks of models, which steps it runs and what comes out are what crewAI's own runtime does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crewlab.lab import Lab
from tests.conformance.cases import Case
from tests.conformance.catalogue import CASES
from tests.conformance.differences import Difference
from tests.conformance.native import native
from tests.conformance.ours import lab_in, ours


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One lab for all flows."""
    with lab_in(tmp_path_factory.mktemp("conformance") / "data") as opened:
        yield opened


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_flow_does_what_it_does_on_crewai(case: Case, lab: Lab):
    """Whole request bodies, the steps that completed, their outputs and the flow's are equal, or a listed difference
    says why not.
    """
    mine, theirs = case.comparable(ours(case, lab)), case.comparable(native(case, lab))
    if case.differs is None:
        assert mine == theirs
    else:
        assert mine != theirs, "the difference is gone: take it off the case"
        assert mine.steps == (case.steps if case.ordered else tuple(sorted(case.steps)))


def test_there_are_enough_flows_and_few_differences():
    """At least 20 flows, at most 5 differences, each with a benefit and a case that shows it."""
    assert len({case.name for case in CASES}) == len(CASES) >= 20
    assert len(Difference) <= 5
    assert {case.differs for case in CASES} - {None} == set(Difference)
    assert all(difference.benefit for difference in Difference)
