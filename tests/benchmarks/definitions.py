"""A flow of 300 steps with 40 crews: read, checked and hashed for the first time, checked after an edit, compared."""

from __future__ import annotations

import copy
import statistics
import time
from collections.abc import Callable, Iterable
from typing import Any

from tests.benchmarks.flow_documents import large
from tests.benchmarks.part import run_part, serve_part
from tests.benchmarks.report import Figure, benchmark

STEPS, CREWS, ROUNDS, EDITS = 300, 40, 5, 30
FIRST_MS, EDIT_MS, DIFF_MS = 100.0, 50.0, 200.0


def first(data: str) -> dict[str, float]:
    """Median milliseconds for a flow of which no step, crew or expression was seen before, and for one that was."""
    from crewlab.definitions.checks import check
    from crewlab.definitions.flows.flow import parse_flow
    from crewlab.definitions.version import content_hash

    def all_of_it(document: dict[str, Any]) -> None:
        parse_flow(document)
        assert check(document) == []
        content_hash(document)

    all_of_it(large(20, 2, "to load what is loaded once"))
    documents = [large(STEPS, CREWS, f"words of round {number}") for number in range(ROUNDS)]
    fresh = [_milliseconds(lambda document=document: all_of_it(document)) for document in documents]
    again = [_milliseconds(lambda document=document: all_of_it(document)) for document in documents]
    return {"fresh": statistics.median(fresh), "again": statistics.median(again)}


def edits(data: str) -> dict[str, float]:
    """Milliseconds of the check after each of many edits: the median, and the worst."""
    from crewlab.definitions.checks import check

    document = large(STEPS, CREWS, "words")
    check(document)
    took = []
    for number in range(EDITS):
        edited = copy.deepcopy(document)
        step = edited["methods"][f"s{number * 9 + 8}"]
        _EDITS[number % len(_EDITS)](step, number)
        took.append(_milliseconds(lambda edited=edited: check(edited)))
    return {"median": statistics.median(took), "worst": max(took)}


def compared(data: str) -> dict[str, float]:
    """Median milliseconds of the semantic comparison of two such flows that differ in every crew and expression."""
    from crewlab.definitions.diff import diff

    before, after = large(STEPS, CREWS, "words"), large(STEPS, CREWS, "other words")
    took = [_milliseconds(lambda: diff(before, after)) for _ in range(ROUNDS)]
    return {"diff": statistics.median(took)}


def _other_text(step: dict[str, Any], number: int) -> None:
    step["description"] = f"edited {number}"


def _other_trigger(step: dict[str, Any], number: int) -> None:
    step["listen"] = {"or": [step["listen"], "s3"]}


def _other_action(step: dict[str, Any], number: int) -> None:
    step["do"] = {"call": "expression", "expr": f"'{number}' + state.topic"}


_EDITS: tuple[Callable[[dict[str, Any], int], None], ...] = (_other_text, _other_trigger, _other_action)


def _milliseconds(work: Callable[[], object]) -> float:
    """CPU time, which is the wall time of a machine that does nothing else: the work neither waits nor has threads."""
    begin = time.process_time()
    work()
    return (time.process_time() - begin) * 1_000


@benchmark
def definitions() -> Iterable[Figure]:
    """What an editor and an import wait for, with the largest flow that the design has in mind."""
    read = run_part("definitions", "first")
    yield Figure("definitions.parse_check_hash_300_steps_first", read["fresh"], "ms", FIRST_MS, "at most")
    yield Figure("definitions.parse_check_hash_300_steps_again", read["again"], "ms")
    edit = run_part("definitions", "edits")
    yield Figure("definitions.check_after_an_edit_worst", edit["worst"], "ms", EDIT_MS, "at most")
    yield Figure("definitions.check_after_an_edit_median", edit["median"], "ms")
    comparison = run_part("definitions", "compared")
    yield Figure("definitions.diff_300_steps", comparison["diff"], "ms", DIFF_MS, "at most")


if __name__ == "__main__":
    serve_part({"first": first, "edits": edits, "compared": compared})
