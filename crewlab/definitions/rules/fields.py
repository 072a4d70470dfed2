"""Fields that crewAI does not have: kept, but most likely misspelt."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from crewlab.definitions.crew import AgentDocument, CrewDocument, TaskDocument
from crewlab.definitions.problem import Problem
from crewlab.definitions.rules import unsupported
from crewlab.definitions.rules.subject import Part, Subject, warning

CREW_FIELDS = frozenset(
    {*CrewDocument.model_fields, *unsupported.CREW_CHANGES, *unsupported.CREW_HARMLESS}
    | {"cache", "verbose", "security_config"}
)
AGENT_FIELDS = frozenset(
    {*AgentDocument.model_fields, *unsupported.AGENT_CHANGES, *unsupported.AGENT_HARMLESS}
    | {"cache", "type", "settings", "max_execution_time", "respect_context_window", "use_better_compaction"}
    | {"use_system_prompt", "system_template", "prompt_template", "response_template", "inject_date", "date_format"}
    | {"guardrail_max_retries", "max_reasoning_attempts", "code_execution_mode", "security_config"}
    | {"tool_failure_policy"}
)
TASK_FIELDS = frozenset(
    {*TaskDocument.model_fields, *unsupported.TASK_CHANGES, *unsupported.TASK_HARMLESS}
    | {"type", "async_execution", "create_directory", "max_retries", "security_config", "tool_failure_policy"}
)


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
