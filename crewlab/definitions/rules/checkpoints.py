"""What a `checkpoint` asks for: where its files go, and what it can be about."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from crewlab.definitions.checkpoints import BETWEEN_TASKS, EVERY, PROVIDERS, WITHIN_TASKS
from crewlab.definitions.problem import Problem
from crewlab.definitions.rules.safety import unsafe_name
from crewlab.definitions.rules.subject import Subject, error, is_on, listed, warning

_WITHIN = WITHIN_TASKS | {EVERY}
_EVENTS = BETWEEN_TASKS | WITHIN_TASKS | {EVERY}


def checkpoints(subject: Subject) -> Iterable[Problem]:
    """Files are below the folder of the execution, of a kind that there is, and of moments that there are."""
    for part in (subject.crew, *subject.workers):
        wanted = part.body.get("checkpoint")
        if isinstance(wanted, Mapping):
            where = f"{part.where}.checkpoint".lstrip(".")
            yield from of_files(wanted, where)
            yield from _events(wanted.get("on_events"), f"{where}.on_events")


def within_tasks(subject: Subject) -> Iterable[Problem]:
    """A task that is to go on where it was interrupted is done by an agent whose rounds can be kept."""
    is_stock = subject.crew.body.get("executor") == "crewai"
    for agent in subject.workers:
        own = agent.body.get("checkpoint")
        said = subject.crew.body.get("checkpoint") if own is None else own
        plans = [field for field in ("planning", "planning_config") if is_on(agent.body.get(field))]
        if is_within_tasks(said):
            what = "A task that is interrupted begins anew, whatever the checkpoint says: "
            if plans:
                who = "what an agent has planned is not kept."
                yield warning("checkpoint.within", f"{agent.where}.{plans[0]}", what + who, f"Remove {plans[0]}.")
            elif is_stock:
                who = "crewAI's own agent loop does not keep what it has done."
                yield warning("checkpoint.within", "executor", what + who, "Remove executor.")


def is_within_tasks(said: Any) -> bool:
    """Whether a `checkpoint` lets a task that was interrupted go on in its midst."""
    named = said.get("on_events") if isinstance(said, Mapping) else None
    return isinstance(named, list) and any(isinstance(name, str) and name in _WITHIN for name in named)


def of_files(wanted: Mapping[str, Any], where: str) -> Iterable[Problem]:
    """Where the files go, what kind they are of, and that none is read."""
    yield from _place(wanted, where)
    if is_on(wanted.get("restore_from")):
        what = "A launch begins at the beginning, as in crewAI, which restores only what its caller names."
        hint = "Resume the execution that stopped, or fork one that ended, from wherever you like."
        yield warning("checkpoint.restore", f"{where}.restore_from", what, hint)


def _place(wanted: Mapping[str, Any], where: str) -> Iterable[Problem]:
    location, provider = wanted.get("location"), wanted.get("provider")
    if isinstance(location, str) and location and (reason := unsafe_name(location)):
        what = f"{location[:120]!r} {reason}."
        yield error("checkpoint.location.unsafe", f"{where}.location", what, "Use a name such as checkpoints.")
    kind = provider.get("provider_type", PROVIDERS[0]) if isinstance(provider, Mapping) else PROVIDERS[0]
    if kind not in PROVIDERS:
        what = f"There is no provider_type {str(kind)[:80]!r}."
        yield error("checkpoint.provider.unknown", f"{where}.provider", what, f"One of {', '.join(PROVIDERS)}.")


def unknown_events(named: Any, known: Collection[str]) -> list[str]:
    """Those at which nothing is saved."""
    said = named if isinstance(named, list) else ()
    return [name[:80] for name in said if isinstance(name, str) and name not in known]


def _events(named: Any, where: str) -> Iterable[Problem]:
    if idle := unknown_events(named, _EVENTS):
        what = f"Nothing is saved at {listed(idle)}: crewAI saves at events of crews, agents and tasks."
        hint = "`task_completed` writes a file after each task; `llm_call_completed` lets an interrupted task go on."
        yield warning("checkpoint.events", where, what, hint)
