"""Fields whose value has the wrong type, each at its own path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from crewlab.definitions.crew import CrewDocument
from crewlab.definitions.problem import Problem
from crewlab.definitions.rules.subject import Subject, error, kind_of

EXPECTED = {
    "string_type": "text",
    "text_or_object": "text or an object",
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
}
"""What pydantic's errors mean to an analyst."""
EITHER = (
    "llm",
    "manager_llm",
    "planning_llm",
    "manager_agent",
    "guardrail",
    "human_input",
    "condition",
    "callback",
    "step_callback",
    "task_callback",
)
"""Fields that may be an object or something plain."""


def wrong_types(subject: Subject) -> Iterable[Problem]:
    """Report each value that has another type than crewAI wants there; what is missing has rules of its own."""
    try:
        CrewDocument.model_validate(subject.document)
    except ValidationError as failure:
        for item in failure.errors(include_url=False):
            if item["type"] not in ("missing", "literal_error"):
                yield _problem(subject, item["loc"], item["type"], item["msg"], item["input"])


def _problem(subject: Subject, loc: tuple[int | str, ...], kind: str, message: str, value: Any) -> Problem:
    where = _path(subject, _without_tags(loc))
    expected = EXPECTED.get(kind)
    what = f"This must be {expected}, and it is {kind_of(value)}." if expected else f"{message}."
    return error("field.type", where, what, "Correct the value, or remove the field.")


def _without_tags(loc: tuple[int | str, ...]) -> list[int | str]:
    """pydantic says which half of `text or object` it tried; the document has no such level."""
    tagged = [False, *(isinstance(part, int) or part in EITHER for part in loc)]
    return [
        part for part, after in zip(loc, tagged, strict=False) if not (after and part in ("text", "object", "switch"))
    ]


def _path(subject: Subject, loc: list[int | str]) -> str:
    """Tasks are named in paths, not numbered."""
    if len(loc) > 1 and loc[0] == "tasks" and isinstance(loc[1], int):
        task = subject.document["tasks"][loc[1]]
        name = task.get("name") if isinstance(task, Mapping) else None
        loc = ["tasks", name if isinstance(name, str) and name else f"task_{loc[1] + 1}", *loc[2:]]
    return ".".join(str(part) for part in loc)
