"""Prints the table of cases, and that of the differences."""

from __future__ import annotations

import logging
import sys

from tests.parity.cases import Case
from tests.parity.catalogue import CASES
from tests.parity.differences import Difference
from tests.parity.sides import Seen, ours, stock


def main() -> int:
    """Run every case on both sides; 1 if one differs that should not, or the other way round."""
    logging.disable()  # crewAI logs every refusal that a case provokes
    _tell("| case | model | requests | equal | output equal | difference |\n|---|---|---|---|---|---|")
    surprises = sum(_row(case, model) for case in CASES for model in case.models)
    _tell("\n| difference | what we do | what you have of it |\n|---|---|---|")
    for difference in Difference:
        _tell(f"| {difference.name.lower().replace('_', ' ')} | {difference.what} | {difference.benefit} |")
    _tell(f"\n{len(CASES)} cases, {len(Difference)} differences, {surprises} surprises")
    return min(surprises, 1)


def _row(case: Case, model: str) -> bool:
    mine, theirs, expected = ours(case, model), stock(case, model), case.difference(model)
    same = mine.bodies == theirs.bodies
    counts = f"{len(mine.requests)}" if len(mine.requests) == len(theirs.requests) else _counts(mine, theirs)
    name = expected.name.lower().replace("_", " ") if expected else ""
    _tell(f"| {case.name} | {model} | {counts} | {_yes(same)} | {_yes(mine.output == theirs.output)} | {name} |")
    return (mine == theirs) != (expected is None)


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _counts(mine: Seen, theirs: Seen) -> str:
    return f"{len(mine.requests)} (crewAI {len(theirs.requests)})"


def _yes(value: bool) -> str:
    return "yes" if value else "no"


if __name__ == "__main__":
    sys.exit(main())
