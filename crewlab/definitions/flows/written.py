"""Where a step holds expressions, in a document of any shape: its action, those within each, and what it sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from crewlab.definitions.expressions.flow_expression import (
    EACH_ROOTS,
    ROOTS,
    SET_ROOTS,
    FlowExpression,
    flow_expression,
)
from crewlab.definitions.flows.templates import text_template, texts_in

_TEMPLATES = {"crew": ("inputs", "context"), "flow": ("inputs",), "tool": ("with",), "code": ("with",)}
"""The fields of each kind of action whose texts are templates."""


class Written(NamedTuple):
    """A text that is an expression, or holds some."""

    where: str
    """Within the step: `do.inputs.topic`."""
    text: str
    is_template: bool
    roots: tuple[str, ...]
    earlier: frozenset[str] = frozenset()
    """Steps of the same each that come before: their outputs are there too."""

    @property
    def expressions(self) -> tuple[FlowExpression, ...]:
        """Those in it. Raises `ExpressionError` where one cannot be read."""
        if self.is_template:
            return text_template(self.text, self.roots).expressions
        return (flow_expression(self.text, self.roots),)


def written_in(step: Mapping[str, Any]) -> Iterator[Written]:
    """Every expression and template of a step."""
    action = step.get("do")
    if isinstance(action, Mapping):
        yield from _of_action(action, "do", ROOTS, frozenset())
        if action.get("call") == "each":
            yield from _of_each(action)
    values = step.get("set")
    for field, text in values.items() if isinstance(values, Mapping) else ():
        if isinstance(text, str):
            yield Written(f"set.{field}", text, False, SET_ROOTS)


def _of_each(action: Mapping[str, Any]) -> Iterator[Written]:
    if isinstance(action.get("in"), str):
        yield Written("do.in", action["in"], False, ROOTS)
    earlier: frozenset[str] = frozenset()
    inner = action.get("do")
    for index, step in enumerate(inner if isinstance(inner, list) else ()):
        if isinstance(step, Mapping):
            where = f"do.do.{index}"
            if isinstance(step.get("if"), str):
                yield Written(f"{where}.if", step["if"], False, EACH_ROOTS, earlier)
            if isinstance(step.get("action"), Mapping):
                yield from _of_action(step["action"], f"{where}.action", EACH_ROOTS, earlier)
            earlier |= {str(step.get("name"))}


def _of_action(
    action: Mapping[str, Any], where: str, roots: tuple[str, ...], earlier: frozenset[str]
) -> Iterator[Written]:
    call = str(action.get("call", "code"))
    if call == "expression" and isinstance(action.get("expr"), str):
        yield Written(f"{where}.expr", action["expr"], False, roots, earlier)
    for place, value in _templates(call, action):
        for within, text in texts_in(value):
            yield Written(f"{where}.{place}{within}", text, True, roots, earlier)


def _templates(call: str, action: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for field in _TEMPLATES.get(call, ()):
        yield field, action.get(field)
    inline = action.get("with")
    if isinstance(inline, Mapping) and call in ("agent", "crew"):
        field = "input" if call == "agent" else "inputs"  # crewAI fills in the defaults of a crew in the step too
        yield f"with.{field}", inline.get(field)
