"""What becomes of a feature here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Runs:
    """It has its effect: `test` (a file below tests/, `::`, a function) observes it."""

    test: str
    case: str = ""
    """The name of the case, where one test has many."""


@dataclass(frozen=True)
class Refused:
    """It would run imported code, is deprecated, or needs a platform elsewhere; `check` says so, and the README."""

    why: str
    sample: object = None
    """A value that asks for it."""
    rule: str = ""
    """The id of the problem that a check reports."""


State = Runs | Refused

CODE = "It names Python code, which is not run."
PLATFORM = "It needs a platform elsewhere."
DEPRECATED = "crewAI has given it up."


def parity(case: str) -> Runs:
    """Its requests equal those of stock crewAI."""
    return Runs("parity/test_parity.py::test_requests_and_output_are_those_of_stock_crewai", case)


def deprecated(sample: object) -> Refused:
    """crewAI itself says that it goes."""
    return Refused(DEPRECATED, sample, "field.deprecated")
