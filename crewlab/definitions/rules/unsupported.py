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
_OF_CHECKPOINTS = ("location", "provider", "max_checkpoints")
_BETWEEN_TASKS = frozenset(
    {"task_started", "task_completed", "task_failed"}
    | {"crew_kickoff_started", "crew_kickoff_completed", "crew_kickoff_failed"}
)
"""Events at which crewAI, too, keeps what finished tasks brought and nothing of one that is being worked on."""
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


def checkpoints(subject: Subject) -> Iterable[Problem]:
    """What each task brought is kept anyway, in one place, and an execution goes on from there."""
    for part in (subject.crew, *subject.workers):
        wanted = part.body.get("checkpoint")
        for field, value in wanted.items() if isinstance(wanted, Mapping) else ():
            where = f"{part.where}.checkpoint.{field}".lstrip(".")
            if field == "restore_from" and is_on(value):
                what = "A launch begins with the first task, as in crewAI, which restores only what its caller names."
                hint = "Resume the execution that stopped, or fork one that ended, from any of its tasks."
                yield warning("checkpoint.restore", where, what, hint)
            elif field == "on_events" and isinstance(value, list) and not _BETWEEN_TASKS.issuperset(map(str, value)):
                what = "What a task has brought is kept once it is done; one that was interrupted begins anew."
                yield warning("checkpoint.events", where, what, "`on_events: [task_completed]` says what holds here.")
            elif field in _OF_CHECKPOINTS and is_on(value):
                what = "What finished tasks brought is kept in CrewLab's own store, after each of them."
                yield warning("checkpoint.place", where, what, "`checkpoint: true` says the same.")


def _features(part: Part, changes: Mapping[str, str], harmless: Mapping[str, str]) -> Iterable[Problem]:
    for field, value in part.body.items():
        if not is_on(value) or is_python_reference(value):  # code is refused by a rule of its own
            continue
        where, hint = ".".join(filter(None, (part.where, str(field)))), INSTEAD.get(field, f"Remove {field}.")
        if field in changes:
            yield error("not.supported", where, f"{changes[field]}: CrewLab does not ask them.", hint)
        elif field in harmless:
            yield warning("not.supported", where, f"{harmless[field]} is left out: CrewLab has none.", hint)
