"""Where a step holds expressions, in a document of any shape: its action, those within each, and what it sets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from crewlab.definitions.expressions.flow_expression import (
    EACH_ROOTS,
    ROOTS,
    SET_ROOTS,
    FlowExpression,
    flow_expression,
    unwrapped,
)
from crewlab.definitions.flows.templates import template_with, text_template, texts_in
from crewlab.errors import ExpressionError

_TEMPLATES = {"crew": ("inputs", "context"), "flow": ("inputs",), "tool": ("with",), "code": ("with",)}
"""The fields of each kind of action whose texts are templates."""


Change = Callable[[str, tuple[str, ...]], str]
"""Makes another expression of one, given the roots that it may use; `${` and `}` are not part of it."""


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

    @property
    def readable(self) -> tuple[FlowExpression, ...]:
        """Those in it; none where one cannot be read, which a rule of its own says."""
        try:
            return self.expressions
        except ExpressionError:
            return ()


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


def rewritten(step: Mapping[str, Any], change: Change) -> dict[str, Any]:
    """A copy of a step with every expression changed, those within templates too."""
    changed = dict(step)
    if isinstance(step.get("do"), Mapping):
        changed["do"] = _changed_action(step["do"], change, ROOTS)
    if isinstance(step.get("set"), Mapping):
        changed["set"] = {field: _changed(text, change, SET_ROOTS) for field, text in step["set"].items()}
    return changed


def _changed_action(action: Mapping[str, Any], change: Change, roots: tuple[str, ...]) -> dict[str, Any]:
    call, changed = str(action.get("call", "code")), dict(action)
    if call == "expression":
        changed["expr"] = _changed(action.get("expr"), change, roots)
    for field in _TEMPLATES.get(call, ()):
        if field in action:
            changed[field] = template_with(action[field], lambda text: change(text, roots))
    inline, field = action.get("with"), "input" if call == "agent" else "inputs"
    if isinstance(inline, Mapping) and call in ("agent", "crew") and field in inline:
        changed["with"] = {**inline, field: template_with(inline[field], lambda text: change(text, roots))}
    if call == "each":
        changed["in"] = _changed(action.get("in"), change, roots)
        inner = action.get("do")
        changed["do"] = [_changed_inner(each, change) for each in inner] if isinstance(inner, list) else inner
    return changed


def _changed_inner(step: Any, change: Change) -> Any:
    if not isinstance(step, Mapping):
        return step
    changed = dict(step)
    if "if" in step:
        changed["if"] = _changed(step["if"], change, EACH_ROOTS)
    if isinstance(step.get("action"), Mapping):
        changed["action"] = _changed_action(step["action"], change, EACH_ROOTS)
    return changed


def _changed(text: Any, change: Change, roots: tuple[str, ...]) -> Any:
    """An expression changed; what is no text stays as it is."""
    return change(unwrapped(text), roots) if isinstance(text, str) else text


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
