"""Which `{inputs}` a document asks for, by crewAI's rule."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from crewlab.definitions.crew import condition_names
from crewlab.definitions.crew.goals import written_goals
from crewlab.definitions.flows.asks import missing_fields, state_placeholders
from crewlab.definitions.flows.state import StateContract
from crewlab.definitions.human_input import TEXTS as QUESTION_TEXTS
from crewlab.definitions.kinds import kind_of
from crewlab.definitions.shape import in_crew_shape
from crewlab.errors import InputsError

PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_\-]*)\}")
AGENT_TEXTS = ("role", "backstory")
"""Besides its goals."""
TASK_TEXTS = ("description", "expected_output", "output_file")


def placeholders(document: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The names of all placeholders in order of appearance, each with the places that use it.

    A place is a path such as `tasks.research.description`. Braces that hold anything but a name, JSON for
    example, are text. Conditions ask for an input as `inputs.name`. A flow asks for the fields of its state.
    """
    return state_placeholders(document) if kind_of(document) == "flow" else crew_placeholders(document)


def crew_placeholders(document: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The placeholders of a crew."""
    places: dict[str, list[str]] = {}
    shaped = in_crew_shape(document)
    for where, text in _texts(shaped):
        for name in dict.fromkeys(PLACEHOLDER.findall(text)):
            places.setdefault(name, []).append(where)
    for where, condition in _conditions(shaped):
        for name in sorted(condition_names(condition).inputs):
            places.setdefault(name, []).append(where)
    return {name: tuple(found) for name, found in places.items()}


def with_defaults(document: Mapping[str, Any], inputs: Mapping[str, Any] | None) -> dict[str, Any]:
    """The inputs of a run: the document's own `inputs`, overridden by those given, `None` counting as not given.

    Those of a flow are the fields of its state that have a default.
    """
    is_flow = kind_of(document) == "flow"
    defaults = StateContract(document).defaults if is_flow else document.get("inputs")
    given = {name: value for name, value in (inputs or {}).items() if value is not None}
    return {**(defaults if isinstance(defaults, Mapping) else {}), **given}


def missing_inputs(document: Mapping[str, Any], inputs: Mapping[str, Any] | None) -> list[str]:
    """The placeholders that neither `inputs` nor the document's own defaults give a value.

    Of a flow only those that it needs.
    """
    if kind_of(document) == "flow":
        return missing_fields(document, with_defaults(document, inputs))
    values = with_defaults(document, inputs)
    return [name for name in placeholders(document) if values.get(name) is None]


def interpolate(text: str, inputs: Mapping[str, Any]) -> str:
    """`text` with every placeholder replaced once; braces inside a value stay as they are.

    Raises:
        InputsError: A placeholder has no value.
    """

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in inputs:
            raise InputsError(f"There is no value for {{{name}}}.", f"Add the input {name!r}.")
        return str(inputs[name])

    return PLACEHOLDER.sub(value, text)


def _texts(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    agents, tasks = document.get("agents"), document.get("tasks")
    for task in tasks if isinstance(tasks, list) else []:
        if isinstance(task, Mapping):
            yield from _fields(f"tasks.{task.get('name')}", task, TASK_TEXTS)
            question = task.get("human_input")
            if isinstance(question, Mapping):
                yield from _fields(f"tasks.{task.get('name')}.human_input", question, QUESTION_TEXTS)
    for name, agent in agents.items() if isinstance(agents, Mapping) else []:
        if isinstance(agent, Mapping):
            yield from _fields(f"agents.{name}", agent, AGENT_TEXTS)
            yield from ((f"agents.{name}.{field}", goal) for field, goal in written_goals(agent))


def _conditions(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    tasks = document.get("tasks")
    for task in tasks if isinstance(tasks, list) else []:
        if isinstance(task, Mapping):
            yield f"tasks.{task.get('name')}.condition", task.get("condition")


def _fields(where: str, body: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    yield from ((f"{where}.{name}", body[name]) for name in names if isinstance(body.get(name), str))
