"""JSON Schemas that answers must fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crewlab.definitions.crew import SCHEMA_FIELDS
from crewlab.definitions.plain import is_deeper_than
from crewlab.definitions.problem import Problem
from crewlab.definitions.rules.subject import Subject, error, is_python_reference

MAX_DEPTH = 32
HINT = 'For example: {"type": "object", "properties": {"priority": {"type": "string"}}, "required": ["priority"]}.'


def output_schemas(subject: Subject) -> Iterable[Problem]:
    """The schema of an answer is a JSON Schema of an object, and a task has one."""
    for task in subject.tasks:
        given = [field for field in SCHEMA_FIELDS if task.body.get(field) is not None]
        if len(given) > 1:
            what = f"It has both {given[0]} and {' and '.join(given[1:])}."
            yield error("task.output.both", f"{task.where}.{given[0]}", what, f"Keep {given[0]}.")
        for field in given:
            schema = task.body[field]
            if isinstance(schema, Mapping) and not is_python_reference(schema):
                yield from _schema_problems(f"{task.where}.{field}", schema)


def _invalid(where: str, what: str) -> Problem:
    """A problem of a schema, with an example of a good one."""
    return error("task.output_json.invalid", where, what, HINT)


def _schema_problems(where: str, schema: Mapping[str, Any]) -> Iterator[Problem]:
    yield from (_invalid(where, flaw) for flaw in schema_flaws(schema))


def schema_flaws(schema: Mapping[str, Any]) -> Iterator[str]:
    """Why a schema cannot be used, as sentences."""
    if is_deeper_than(schema, MAX_DEPTH):
        yield f"The schema is nested more than {MAX_DEPTH} levels deep."
        return
    problem = _validity(schema)
    if problem:
        yield problem
    elif schema.get("type") != "object" or not isinstance(schema.get("properties"), Mapping):
        yield "The schema must describe an object with properties."
    else:
        yield from _unresolved(schema)


def _validity(schema: Mapping[str, Any]) -> str:
    """What JSON Schema itself has against it, or an empty text."""
    from jsonschema import Draft202012Validator  # up to 0.7 s, for its optional formats: only where there is a schema
    from jsonschema.exceptions import SchemaError

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as failure:
        place = ".".join(str(part) for part in failure.absolute_path)
        return f"This is not a JSON Schema: {f'{place}: ' if place else ''}{failure.message[:200]}."
    return ""


def _unresolved(schema: Mapping[str, Any]) -> Iterator[str]:
    for reference in _references(schema):
        if not reference.startswith("#"):
            yield f"The reference {reference[:80]!r} leads out of the document."
        elif not _resolves(schema, reference):
            yield f"The reference {reference[:80]!r} leads nowhere."


def _resolves(schema: Any, reference: str) -> bool:
    for part in reference.removeprefix("#").removeprefix("/").split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        if key and not (isinstance(schema, Mapping) and key in schema):
            return False
        schema = schema[key] if key else schema
    return True


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, Mapping):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"]
        for item in schema.values():
            yield from _references(item)
    elif isinstance(schema, list):
        for item in schema:
            yield from _references(item)
