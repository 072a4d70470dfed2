"""Fields that crewAI itself has given up: kept, and never carried out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crewlab.definitions.problem import Problem
from crewlab.definitions.rules.subject import Part, Subject, error, is_on, warning

_BY_MODEL = "Remove it. The agent's own model decides about tools."
_SANDBOX = "Give the agent a tool of a sandbox instead."
CREW: Mapping[str, str] = {"function_calling_llm": _BY_MODEL}
AGENT: Mapping[str, str] = {
    "reasoning": "Use planning: true, or a planning_config.",
    "max_reasoning_attempts": "Use max_attempts in a planning_config.",
    "multimodal": "Remove it. Give a task its pictures as input_files.",
    "allow_code_execution": _SANDBOX,
    "code_execution_mode": _SANDBOX,
    "function_calling_llm": _BY_MODEL,
    "i18n": "Name a prompt_file in the crew.",
}
TASK: Mapping[str, str] = {"max_retries": "Use guardrail_max_retries."}
"""Field -> what to use in its place."""
MEANINGFUL = frozenset({"reasoning", "multimodal", "allow_code_execution"})
"""Those without which the agents would do something else."""


def fields(subject: Subject) -> Iterable[Problem]:
    """An error where the crew would mean something else without the field, otherwise a warning."""
    yield from _given_up(subject.crew, CREW)
    for agent in subject.workers:
        yield from _given_up(agent, AGENT)
    for task in subject.tasks:
        yield from _given_up(task, TASK)


def _given_up(part: Part, deprecated: Mapping[str, str]) -> Iterable[Problem]:
    for field, instead in deprecated.items():
        if is_on(part.body.get(field)):
            report = error if field in MEANINGFUL else warning
            where = f"{part.where}.{field}".lstrip(".")
            yield report("field.deprecated", where, "crewAI has given this field up, and it is not used.", instead)
