"""What a task asks of a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from crewlab.definitions.human_input import ON_TIMEOUT, HumanInputDocument
from crewlab.definitions.problem import Problem
from crewlab.definitions.rules.subject import Part, Subject, error, warning


def questions(subject: Subject) -> Iterable[Problem]:
    """The options of `human_input` fit each other."""
    for task in subject.tasks:
        options = task.body.get("human_input")
        if isinstance(options, Mapping):
            question = Part(task.name, f"{task.where}.human_input", options)
            yield from _unknown(question)
            yield from _timeout(question)


def _unknown(question: Part) -> Iterable[Problem]:
    for field in question.body:
        if field not in HumanInputDocument.model_fields:
            close = get_close_matches(str(field)[:80], HumanInputDocument.model_fields, n=1)
            hint = f"Did you mean {close[0]!r}?" if close else f"Use {', '.join(HumanInputDocument.model_fields)}."
            what = f"A question to a person has no field {str(field)[:80]!r}; it does nothing."
            yield warning("field.unknown", f"{question.where}.{field}", what, hint)


def _timeout(question: Part) -> Iterable[Problem]:
    chosen, where = question.body.get("on_timeout"), question.where
    if chosen is not None and chosen not in ON_TIMEOUT:
        what = f"There is no way {str(chosen)[:80]!r} to go on when nobody answers."
        yield error("task.person.timeout", f"{where}.on_timeout", what, f"Use one of {', '.join(ON_TIMEOUT)}.")
    elif chosen is not None and question.body.get("timeout_seconds") is None:
        what = "It never comes to on_timeout: there is no timeout_seconds."
        yield warning("task.person.timeout", f"{where}.on_timeout", what, "Say how long the task waits.")
    if chosen == "feedback" and not question.text("feedback"):
        what = "Nothing is said to the agent when nobody answers."
        yield error("task.person.feedback", f"{where}.feedback", what, "Write the feedback, or accept the answer.")
    elif chosen != "feedback" and question.text("feedback"):
        what = "This feedback is never given."
        yield warning("task.person.feedback", f"{where}.feedback", what, "Set on_timeout to feedback, or remove it.")
