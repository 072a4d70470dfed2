"""Error reports: an exception as data."""

from __future__ import annotations

from crewlab.errors import ModelCallError
from crewlab.executions.error_report import ErrorReport


def test_our_own_errors_keep_title_and_hint():
    """What an analyst can act on reaches the execution row whole."""
    report = ErrorReport.from_exception(ModelCallError("Refused.", "Check the key.", status=401), task_name="a")
    assert (report.title, report.message, report.hint, report.task_name) == (
        "The model call failed",
        "Refused.",
        "Check the key.",
        "a",
    )


def test_a_group_is_described_by_its_first_cause():
    """Tasks that run side by side fail as a group; a person wants the cause."""
    report = ErrorReport.from_exception(ExceptionGroup("several", [ExceptionGroup("inner", [ValueError("boom")])]))
    assert (report.type, report.message) == ("ValueError", "boom")


def test_an_error_without_words_is_named_by_its_class():
    """Nobody is shown an empty sentence."""
    assert ErrorReport.from_exception(TimeoutError()).message == "TimeoutError"
