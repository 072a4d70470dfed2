"""Names that point to agents, managers and tools."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from crewlab.definitions.problem import Problem
from crewlab.definitions.processes import PROCESSES
from crewlab.definitions.rules.subject import Subject, error, listed, warning


def process_name(subject: Subject) -> Iterable[Problem]:
    """The process is one that there is."""
    process = subject.document.get("process")
    if process is not None and str(process) not in PROCESSES:
        what = f"There is no process {str(process)[:80]!r}."
        yield error("crew.process.unknown", "process", what, f"Choose one of {', '.join(PROCESSES)}.")


def manager_of_hierarchy(subject: Subject) -> Iterable[Problem]:
    """A hierarchical crew needs a manager; other crews have no use for one."""
    if subject.process != "hierarchical":
        yield from _useless_manager(subject)
    elif not subject.document.get("manager_agent"):
        if not subject.document.get("manager_llm"):
            what = "A hierarchical crew needs a manager."
            hint = "Name the manager's model in manager_llm, or an agent in manager_agent."
            yield error("crew.manager.missing", "manager_llm", what, hint)
    elif subject.manager:
        yield from _manager_agent(subject, subject.manager)


def task_agents(subject: Subject) -> Iterable[Problem]:
    """A task names an agent of the crew; only a manager can do without."""
    for task in subject.tasks:
        where, name = f"{task.where}.agent", task.text("agent")
        if name and name not in subject.agents:
            yield error(
                "task.agent.unknown", where, f"There is no agent {name!r}.", _did_you_mean(name, subject.agents)
            )
        elif name and name == subject.manager:
            what = f"{name!r} is the manager, who gives tasks to others."
            yield error("task.agent.manager", where, what, "Choose another agent, or none.")
        elif not name and task.body.get("agent") is None and subject.process != "hierarchical":
            what = "No agent works on this task."
            yield error("task.agent.missing", where, what, f"Choose one of: {listed(subject.agents)}.")


def idle_agents(subject: Subject) -> Iterable[Problem]:
    """An agent that nothing can reach is probably a mistake."""
    busy = {task.text("agent") for task in subject.tasks}
    delegates = any(agent.body.get("allow_delegation") for agent in subject.agents.values())
    if subject.process == "hierarchical" or delegates:
        return
    for agent in subject.agents.values():
        if agent.name not in busy:
            what = "No task names this agent, and nobody may delegate to it."
            yield warning("agent.idle", agent.where, what, "Give it a task, or remove it.")


def _useless_manager(subject: Subject) -> Iterable[Problem]:
    for field in ("manager_llm", "manager_agent"):
        if subject.document.get(field):
            what = f"A {subject.process} crew has no manager; this does nothing."
            yield warning("crew.manager.unused", field, what, "Remove it, or choose the hierarchical process.")


def _manager_agent(subject: Subject, name: str) -> Iterable[Problem]:
    if name not in subject.agents:
        what = f"There is no agent {name!r}."
        yield error("crew.manager.unknown", "manager_agent", what, _did_you_mean(name, subject.agents))
        return
    if subject.agents[name].body.get("tools"):
        what = "The manager has tools, and crewAI allows a manager none."
        yield error("crew.manager.tools", f"agents.{name}.tools", what, "Give the tools to another agent.")
    if len(subject.agents) == 1:
        what = "The manager is the only agent, so there is nobody to give tasks to."
        yield error("crew.manager.alone", "agents", what, "Add an agent that does the work.")


def _did_you_mean(name: str, names: Iterable[str]) -> str:
    known = list(names)
    close = get_close_matches(name[:80], known, n=1)
    return f"Did you mean {close[0]!r}?" if close else f"The crew's agents: {listed(known)}."
