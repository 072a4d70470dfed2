"""Which types the values of a flow have, as far as its text says: of what steps read, give and write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crewlab.definitions.expressions.flow_expression import EACH_ROOTS, flow_expression
from crewlab.definitions.expressions.giving import MOST_BRANCHES, constant
from crewlab.definitions.expressions.names import ANYTHING, Given, GivenKind
from crewlab.definitions.flows.step_part import StepPart
from crewlab.definitions.flows.templates import text_template
from crewlab.definitions.rules.flows.subject import FlowSubject
from crewlab.errors import ExpressionError

_SAID: dict[str, str] = {
    "string": "a text", "boolean": "yes or no", "integer": "a number", "number": "a number", "array": "a list",
    "object": "an object", "null": "nothing",
}  # fmt: skip
_MOST_STEPS = 4
"""Steps that hand a value on to each other before nothing is said of it."""
_OF_CREWS: dict[str, tuple[GivenKind, ...]] = {
    "raw": ("string",), "json_dict": ("object", "null"), "pydantic": ("object", "null"), "tasks_output": ("array",),
    "tasks": ("object",), "token_usage": ("object",), "agent_role": ("string",), "usage_metrics": ("object",),
}  # fmt: skip
"""The parts of what a crew or an agent gives."""


def given_by_text(text: Any, roots: tuple[str, ...]) -> tuple[Given, ...]:
    """What an expression may give; anything where it cannot be read."""
    try:
        return flow_expression(text, roots).gives if isinstance(text, str) else ANYTHING
    except ExpressionError:
        return ANYTHING


def given_by_value(value: Any) -> tuple[Given, ...]:
    """What a value with templates in it may be filled in with."""
    if "${" not in str(value):
        return (constant(value),)
    if isinstance(value, str):
        try:
            whole = text_template(value, EACH_ROOTS).whole
        except ExpressionError:
            return ANYTHING
        return whole.gives if whole is not None else (Given("string"),)
    return (Given("array"),) if isinstance(value, list) else (Given("object"),)


def resolved(
    subject: FlowSubject, given: Iterable[Given], own: StepPart | None = None, *, hands_on: int = _MOST_STEPS
) -> list[Given]:
    """The same with what is known of the values that are read; `own` is the step whose `output` it is."""
    found: list[Given] = []
    for one in given:
        found += _read(subject, one.path, own, hands_on) if one.path else (one,)
        if len(found) > MOST_BRANCHES:
            return list(ANYTHING)
    return found


def types_of(schema: Mapping[str, Any]) -> tuple[GivenKind, ...]:
    """The types that a JSON Schema allows; none where it does not say."""
    types = schema.get("type")
    listed = types if isinstance(types, list) else [types]
    return tuple(kind for kind in listed if isinstance(kind, str) and kind in _SAID)  # type: ignore[misc]  # it is one


def fits(kind: GivenKind, types: tuple[GivenKind, ...]) -> bool:
    """Whether a value of this kind may be of one of these types; nothing always is."""
    numbers = ("integer", "number")  # 2.0 is an integer too
    return (
        not types or kind in ("any", "read", "null", *types) or (kind in numbers and any(t in types for t in numbers))
    )


def said(kinds: Iterable[str]) -> str:
    """Kinds as a person says them."""
    return " or ".join(dict.fromkeys(_SAID.get(kind, "anything") for kind in kinds))


def may_be_empty(subject: FlowSubject, gives: tuple[Given, ...]) -> str | None:
    """The field of the state that is handed on as it is, if it has a value only where a launch gives it one."""
    root, *names = gives[0].path if len(gives) == 1 and gives[0].path else ("",)
    if root != "state" or len(names) != 1 or names[0] not in subject.state.fields:
        return None
    return names[0] if names[0] not in subject.filled_fields else None


def _read(subject: FlowSubject, path: tuple[str, ...], own: StepPart | None, hands_on: int) -> Iterable[Given]:
    root, *names = path
    if root == "state":
        return _field(subject, names)
    step = own if root == "output" else subject.steps.get(names.pop(0)) if root == "outputs" and names else None
    if step is None or hands_on == 0:
        return ANYTHING
    if step.feedback and root == "outputs":
        return ANYTHING if names else (Given("object"),)
    failed = (Given("object"),) if step.error_outcome and root == "outputs" else ()
    return (*_known_output(subject, step, names, hands_on - 1), *failed)


def _field(subject: FlowSubject, names: list[str]) -> Iterable[Given]:
    field = subject.state.fields.get(names[0]) if len(names) == 1 else None
    if field is None or subject.state_flaws:
        return ANYTHING
    choices = _choices(field.schema)
    kinds = types_of(field.schema) or (("string",) if choices else ())
    return tuple(Given(kind, choices=choices if kind == "string" else ()) for kind in kinds) or ANYTHING


def _choices(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """The texts that a JSON Schema allows, where it allows no others, and few."""
    listed = schema.get("enum", [schema["const"]] if "const" in schema else ())
    texts = [value for value in listed if value is not None] if isinstance(listed, list) else []
    return tuple(texts) if len(texts) <= MOST_BRANCHES and all(isinstance(text, str) for text in texts) else ()


def _known_output(subject: FlowSubject, step: StepPart, names: list[str], hands_on: int) -> Iterable[Given]:
    """Looked at once, however many expressions read it: they may read each other in layers."""
    asked = (step.name, tuple(names), hands_on)
    if asked not in subject.known_outputs:
        subject.known_outputs[asked] = tuple(_output(subject, step, names, hands_on))
    return subject.known_outputs[asked]


def _output(subject: FlowSubject, step: StepPart, names: list[str], hands_on: int) -> Iterable[Given]:
    if step.call == "expression" and not names:
        return resolved(subject, given_by_text(step.action.get("expr"), EACH_ROOTS), hands_on=hands_on)
    if step.call in ("crew", "agent"):
        kinds = ("object",) if not names else _OF_CREWS.get(names[0], ()) if len(names) == 1 else ()
        return tuple(map(Given, kinds)) or ANYTHING
    return (Given("array"),) if step.call == "each" and not names else ANYTHING
