"""What crewAI can do with its platform, or with other servers, and CrewLab does not: said before a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crewlab.definitions.problem import Problem
from crewlab.definitions.rules.subject import Part, Subject, error, is_on, is_python_reference, warning

CREW_HARMLESS = {
    "share_crew": "Sharing with crewAI",
    "tracing": "crewAI's tracing service",
}
AGENT_CHANGES = {
    "apps": "Applications of crewAI's platform",
    "a2a": "Agents on other servers",
    "from_repository": "Agents of crewAI's platform",
}
INSTEAD = {
    "tracing": "Remove tracing. The setting CREWLAB_OTLP_ENDPOINT exports traces.",
}
_PLAIN = ("agent", "task", "conditionaltask", "")


def features(subject: Subject) -> Iterable[Problem]:
    """An error where running without the feature would change what the crew means, otherwise a warning."""
    yield from _features(subject.crew, {}, CREW_HARMLESS)
    for agent in subject.workers:
        yield from _features(agent, AGENT_CHANGES, {})


def kinds(subject: Subject) -> Iterable[Problem]:
    """Agents and tasks are plain ones: any other kind is a class that somebody wrote."""
    for part in subject.parts:
        kind = part.body.get("type")
        if isinstance(kind, str) and kind.rpartition(".")[2].lower() not in _PLAIN:
            what = f"There is no kind {kind[:80]!r}."
            hint = "Remove the type, if a plain agent or task will do; a task with a condition needs none."
            yield error("type.unknown", f"{part.where}.type", what, hint)


def asynchronous_tasks(subject: Subject) -> Iterable[Problem]:
    """Under a manager there is one task at a time; in a parallel crew all are what crewAI calls asynchronous."""
    for task in subject.tasks:
        if is_on(task.body.get("async_execution")) and subject.process == "hierarchical":
            what = "Under a manager the tasks run one after the other, this one too."
            hint = "Choose another process to run independent tasks at once, or remove async_execution."
            yield warning("task.async.hierarchical", f"{task.where}.async_execution", what, hint)


def _features(part: Part, changes: Mapping[str, str], harmless: Mapping[str, str]) -> Iterable[Problem]:
    for field, value in part.body.items():
        if not is_on(value) or is_python_reference(value):  # code is refused by a rule of its own
            continue
        where, hint = ".".join(filter(None, (part.where, str(field)))), INSTEAD.get(field, f"Remove {field}.")
        if field in changes:
            yield error("not.supported", where, f"{changes[field]}: CrewLab does not ask them.", hint)
        elif field in harmless:
            yield warning("not.supported", where, f"{harmless[field]} is left out: CrewLab has none.", hint)
