"""Fields that crewAI does not have: kept, but most likely misspelt."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from crewlab.definitions.crew import AgentDocument, CrewDocument, TaskDocument
from crewlab.definitions.problem import Problem
from crewlab.definitions.rules import deprecated
from crewlab.definitions.rules.subject import Part, Subject, warning

CREW_FIELDS = frozenset({*CrewDocument.model_fields, *deprecated.CREW})
AGENT_FIELDS = frozenset({*AgentDocument.model_fields, *deprecated.AGENT, "settings"})
TASK_FIELDS = frozenset({*TaskDocument.model_fields, *deprecated.TASK})


def unknown_fields(subject: Subject) -> Iterable[Problem]:
    """A field that nobody reads does nothing; `expected_ouput` is found here."""
    yield from _unknown(subject.crew, CREW_FIELDS)
    for agent in subject.workers:
        yield from _unknown(agent, AGENT_FIELDS)
    for task in subject.tasks:
        yield from _unknown(task, TASK_FIELDS)


def _unknown(part: Part, fields: frozenset[str]) -> Iterable[Problem]:
    for field in part.body:
        if field not in fields:
            close = get_close_matches(str(field)[:80], fields, n=1)
            hint = f"Did you mean {close[0]!r}?" if close else "It is kept; remove it if it should do something."
            where = ".".join(filter(None, (part.where, str(field))))
            yield warning("field.unknown", where, f"There is no field {str(field)[:80]!r}; it does nothing.", hint)
