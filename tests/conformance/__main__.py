"""Prints the table of documents, and that of the differences."""

from __future__ import annotations

import logging
import sys
import tempfile
from pathlib import Path

from crewlab.lab import Lab
from tests.conformance.cases import Case
from tests.conformance.catalogue import CASES
from tests.conformance.differences import Difference
from tests.conformance.native import native
from tests.conformance.ours import lab_in, ours


def main() -> int:
    """Run every document on both runtimes; 1 if one differs that should not, or the other way round."""
    logging.disable()  # crewAI logs every failure that a case provokes
    _tell("| flow | requests | steps equal | outputs equal | difference |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, lab_in(Path(folder) / "data") as lab:
        surprises = sum(_row(case, lab) for case in CASES)
    _tell("\n| difference | what we do | what you have of it |\n|---|---|---|")
    for difference in Difference:
        _tell(f"| {_name(difference)} | {difference.what} | {difference.benefit} |")
    _tell(f"\n{len(CASES)} flows, {len(Difference)} differences, {surprises} surprises")
    return min(surprises, 1)


def _row(case: Case, lab: Lab) -> bool:
    mine, theirs = case.comparable(ours(case, lab)), case.comparable(native(case, lab))
    counts = (
        f"{len(mine.requests)}"
        if mine.requests == theirs.requests
        else f"{len(mine.requests)} (crewAI {len(theirs.requests)})"
    )
    same = (mine.outputs, mine.output) == (theirs.outputs, theirs.output)
    name = _name(case.differs) if case.differs else ""
    _tell(f"| {case.name} | {counts} | {_yes(mine.steps == theirs.steps)} | {_yes(same)} | {name} |")
    return (mine == theirs) != (case.differs is None)


def _name(difference: Difference) -> str:
    return difference.name.lower().replace("_", " ")


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _yes(value: bool) -> str:
    return "yes" if value else "no"


if __name__ == "__main__":
    sys.exit(main())
