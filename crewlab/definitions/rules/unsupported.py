"""What crewAI can do and CrewLab does not do yet, said before a run instead of silently left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crewlab.definitions.problem import Problem
from crewlab.definitions.rules.subject import Part, Subject, error, is_on, is_python_reference, warning

CREW_CHANGES: dict[str, str] = {}
CREW_HARMLESS = {
    "chat_llm": "The chat model",
    "checkpoint": "crewAI's checkpoints",
    "share_crew": "Sharing with crewAI",
    "tracing": "crewAI's tracing service",
}
AGENT_CHANGES = {
    "apps": "Platform apps",
    "a2a": "Agents on other servers",
    "from_repository": "Agents from crewAI's repository",
}
AGENT_HARMLESS = {
    "checkpoint": "crewAI's checkpoints",
}
TASK_CHANGES: dict[str, str] = {}
TASK_HARMLESS: dict[str, str] = {}
INSTEAD = {
    "checkpoint": "Remove checkpoint. An execution that stopped can be resumed anyway.",
    "tracing": "Remove tracing. The setting CREWLAB_OTLP_ENDPOINT exports traces.",
}


def features(subject: Subject) -> Iterable[Problem]:
    """An error where running without the feature would change what the crew means, otherwise a warning."""
    yield from _features(subject.crew, CREW_CHANGES, CREW_HARMLESS)
    for agent in subject.workers:
        yield from _features(agent, AGENT_CHANGES, AGENT_HARMLESS)
    for task in subject.tasks:
        yield from _features(task, TASK_CHANGES, TASK_HARMLESS)


def kinds(subject: Subject) -> Iterable[Problem]:
    """Agents and tasks are plain ones."""
    for part in subject.parts:
        kind = part.body.get("type")
        if isinstance(kind, str) and kind.rpartition(".")[2].lower() not in ("agent", "task", "conditionaltask", ""):
            what = f"CrewLab does not run the type {kind[:80]!r} yet."
            yield error("not.supported.yet", f"{part.where}.type", what, "Remove the type, if a plain one will do.")


def asynchronous_tasks(subject: Subject) -> Iterable[Problem]:
    """What crewAI calls asynchronous is what the parallel process does for all tasks."""
    for task in subject.tasks:
        if is_on(task.body.get("async_execution")) and subject.process != "parallel":
            what = f"In a {subject.process} crew the tasks run one after the other, this one too."
            hint = "Choose the parallel process to run independent tasks at once."
            yield warning("not.supported.yet", f"{task.where}.async_execution", what, hint)


def _features(part: Part, changes: Mapping[str, str], harmless: Mapping[str, str]) -> Iterable[Problem]:
    for field, value in part.body.items():
        if not is_on(value) or is_python_reference(value):  # code is refused by a rule of its own
            continue
        where, hint = ".".join(filter(None, (part.where, str(field)))), INSTEAD.get(field, f"Remove {field}.")
        if field in changes:
            yield error("not.supported.yet", where, f"{changes[field]}: CrewLab does not have this yet.", hint)
        elif field in harmless:
            yield warning("not.supported.yet", where, f"{harmless[field]} is left out: CrewLab has none yet.", hint)
