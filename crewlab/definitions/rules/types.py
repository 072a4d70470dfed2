"""Fields whose value has the wrong type, each at its own path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from crewlab.definitions.crew import CrewDocument
from crewlab.definitions.problem import Problem
from crewlab.definitions.rules.models import CHOOSE
from crewlab.definitions.rules.subject import Subject, error, kind_of

EXPECTED = {
    "string_type": "text",
    "text_or_object": "text or an object",
    "text_or_list": "text or a list of texts",
    "switch_or_number": "yes, no or a number",
    "dict_type": "an object (name: value)",
    "model_type": "an object (name: value)",
    "model_attributes_type": "an object (name: value)",
    "list_type": "a list",
    "bool_type": "yes or no",
    "bool_parsing": "yes or no",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a smaller number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "greater_than_equal": "{ge} or more",
    "greater_than": "more than {gt}",
    "less_than_equal": "{le} or less",
}
"""What pydantic's errors mean to an analyst."""


def wrong_types(subject: Subject) -> Iterable[Problem]:
    """Report each value that has another type than crewAI wants there; what is missing has rules of its own, and so
    has the process.
    """
    try:
        CrewDocument.model_validate(subject.document)
    except ValidationError as failure:
        found = [item for item in failure.errors(include_url=False) if not _has_its_rule(item)]
        yield from dict.fromkeys(_problem(subject, item) for item in found)


def _has_its_rule(item: ErrorDetails) -> bool:
    return item["loc"] == ("process",) or (item["type"] == "missing" and not _is_deep(item))


def _is_deep(item: ErrorDetails) -> bool:
    """Whether it is about a part of an agent or a task; what these lack themselves has rules of its own."""
    return len(item["loc"]) > (3 if item["loc"][0] in ("agents", "tasks") else 1)


def _problem(subject: Subject, item: ErrorDetails) -> Problem:
    if item["type"] == "missing":
        return _missing(subject, item)
    return type_problem(_path(subject, place_in(subject.document, item["loc"])), item)


def _missing(subject: Subject, item: ErrorDetails) -> Problem:
    where, name = _path(subject, place_in(subject.document, item["loc"])), str(item["loc"][-1])
    if name == "model":
        return error("llm.missing", where, "No model is named.", CHOOSE)
    hint = "Add it, or remove what lacks it."
    return error("field.missing", f"{where}.{name}", f"The field {name!r} is missing.", hint)


def type_problem(where: str, item: ErrorDetails) -> Problem:
    """What pydantic found at `where`, in an analyst's words."""
    expected, hint = EXPECTED.get(item["type"]), "Correct the value, or remove the field."
    if expected is None:
        said = item["msg"].removeprefix("Value error, ")
        return error("field.type", where, f"{said[:1].upper()}{said[1:]}.", hint)
    value = item["input"]
    limits = {name: f"{limit:g}" for name, limit in item.get("ctx", {}).items() if name in ("ge", "gt", "le")}
    shown = str(value) if limits else kind_of(value)
    return error("field.type", where, f"This must be {expected.format(**limits)}, and it is {shown}.", hint)


def place_in(document: Any, loc: Sequence[int | str]) -> list[int | str]:
    """pydantic says which half of `text or object` it tried; the document has no such level."""
    place, steps = document, []
    for step in loc:
        is_there = isinstance(place, Mapping) and step in place
        if is_there or (isinstance(place, list) and isinstance(step, int) and step < len(place)):
            place = place[step]
            steps.append(step)
    return steps


def _path(subject: Subject, loc: list[int | str]) -> str:
    """Tasks are named in paths, not numbered."""
    if len(loc) > 1 and loc[0] == "tasks" and isinstance(loc[1], int):
        task = subject.document["tasks"][loc[1]]
        name = task.get("name") if isinstance(task, Mapping) else None
        loc = ["tasks", name if isinstance(name, str) and name else f"task_{loc[1] + 1}", *loc[2:]]
    return ".".join(str(part) for part in loc)
