"""What must be written, and must not be empty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from crewlab.definitions.crew.goals import whole_goal
from crewlab.definitions.names import obstacle_in_name
from crewlab.definitions.placeholders import PLACEHOLDER, placeholders
from crewlab.definitions.problem import Problem
from crewlab.definitions.rules.subject import Part, Subject, error, is_on, warning

AGENT_HINTS = {
    "role": "Say who the agent is, for example: Senior market analyst.",
    "backstory": "Say what the agent knows and how it works, in a sentence or two.",
}
GOAL_HINT = "Say what the agent is after, in one sentence."
TASK_HINTS = {
    "description": "Say what is to be done; {placeholders} are filled in from the inputs.",
    "expected_output": "Say what a good answer looks like: form, length, what must be in it.",
}


def crew_parts(subject: Subject) -> Iterable[Problem]:
    """A crew has a name, at least one agent and at least one task."""
    if not subject.crew.text("name") and not _has_wrong_type(subject.crew, "name"):
        yield error("crew.name.missing", "name", "The crew has no name.", "Give it a short name, such as market-brief.")
    if obstacle := obstacle_in_name(str(subject.document.get("name", ""))):
        yield error("crew.name.unusable", "name", obstacle, "Give it a short name in one line.")
    if isinstance(subject.document.get("agents"), list) and subject.crew.names("agents"):
        what = "The agents are named, and described in files of their own."
        yield error(
            "crew.agents.files", "agents", what, "Put the content of those files here, under each agent's name."
        )
    elif not subject.document.get("agents"):
        yield error("crew.agents.missing", "agents", "The crew has no agents.", "Add at least one agent.")
    if not subject.document.get("tasks"):
        yield error("crew.tasks.missing", "tasks", "The crew has no tasks.", "Add at least one task.")


def crew_config(subject: Subject) -> Iterable[Problem]:
    """crewAI's `config` of a crew needs agents and tasks; whole, it has been put in their place."""
    if is_on(subject.document.get("config")):
        what = "A config of a crew has lists of agents, each with a role of its own, and of tasks."
        yield error("crew.config", "config", what, "Write agents and tasks in the crew itself, and remove it.")


def agent_texts(subject: Subject) -> Iterable[Problem]:
    """An agent has a role, a goal and a backstory."""
    for agent in subject.workers:
        yield from _missing("agent", agent, AGENT_HINTS)
        yield from _goals(agent)


def task_texts(subject: Subject) -> Iterable[Problem]:
    """A task has a description and an expected output."""
    for task in subject.tasks:
        yield from _missing("task", task, TASK_HINTS)


def task_names(subject: Subject) -> Iterable[Problem]:
    """A task has a name of its own: context, metrics and comparisons refer to it."""
    for task in subject.tasks:
        if not task.text("name") and not _has_wrong_type(task, "name"):
            yield error("task.name.missing", f"{task.where}.name", "The task has no name.", "Give it a short name.")
    counts = Counter(task.text("name") for task in subject.tasks)
    for name in (name for name, count in counts.items() if name and count > 1):
        what = f"{counts[name]} tasks are named {name!r}."
        yield error("task.name.duplicate", f"tasks.{name}.name", what, "Give each task a name of its own.")


def default_inputs(subject: Subject) -> Iterable[Problem]:
    """A default input that no placeholder uses is probably misspelt."""
    inputs = subject.document.get("inputs")
    wanted = placeholders(subject.document)
    for name in inputs if isinstance(inputs, dict) else ():
        if name not in wanted:
            what = f"No text has the placeholder {{{name}}}, so this default input does nothing."
            yield warning("inputs.unused", f"inputs.{name}", what, "Check the spelling, or remove it.")


def guardrail_placeholders(subject: Subject) -> Iterable[Problem]:
    """Guardrails are not filled in by crewAI."""
    for task in subject.tasks:
        for field, text in (("guardrail", task.text("guardrail")), ("guardrails", " ".join(task.names("guardrails")))):
            for name in PLACEHOLDER.findall(text):
                what = f"Placeholders such as {{{name}}} are not filled in within a guardrail."
                yield warning("task.guardrail.placeholder", f"{task.where}.{field}", what, "Word it without one.")


def _goals(agent: Part) -> Iterable[Problem]:
    """One goal at least, in `goal` or in `goals`; an empty one among others is a slip."""
    wrong = _has_wrong_type(agent, "goal") or not isinstance(agent.body.get("goals") or [], list)
    if not wrong and whole_goal(agent.body) is None:
        yield error("agent.goal.missing", f"{agent.where}.goal", "The agent has no goal.", GOAL_HINT)
        return
    goals = agent.body.get("goals")
    for number, goal in enumerate(goals if isinstance(goals, list) else []):
        if isinstance(goal, str) and not goal.strip():
            yield warning("agent.goal.empty", f"{agent.where}.goals.{number}", "This goal is empty.", "Remove it.")


def _missing(kind: str, part: Part, hints: dict[str, str]) -> Iterable[Problem]:
    for field, hint in hints.items():
        if not part.text(field) and not _has_wrong_type(part, field):
            words = field.replace("_", " ")
            yield error(f"{kind}.{field}.missing", f"{part.where}.{field}", f"The {kind} has no {words}.", hint)


def _has_wrong_type(part: Part, field: str) -> bool:
    value = part.body.get(field)
    return value is not None and not isinstance(value, str)
