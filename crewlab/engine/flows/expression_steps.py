"""Steps that evaluate an expression."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from crewlab.definitions.expressions.flow_expression import EACH_ROOTS, ROOTS, FlowExpression, Scope, flow_expression
from crewlab.definitions.flows.flow import ExpressionAction
from crewlab.engine.flows.desk import Desk
from crewlab.engine.flows.step_records import OpenCall
from crewlab.executions.events import StepInput

_MACROS = re.compile(r"\.\s*(all|exists|exists_one|filter|map|reduce)\s*\(")
_SECONDS = 10.0
_SHOWN = 500
"""Characters of a value that are shown as an input."""


async def run_expression(desk: Desk, call: OpenCall, action: ExpressionAction, scope: Scope) -> Any:
    """The value of the expression."""
    expression = flow_expression(action.expr, roots_of(scope))
    desk.records.started(call, _reads(expression, scope))
    return await evaluated(desk, expression, scope)


async def evaluated(desk: Desk, expression: FlowExpression, scope: Scope) -> Any:
    """The value of an expression. One that may go through lists is evaluated beside the loop, which goes on.

    Raises:
        ExpressionError: It cannot be evaluated with these values.
    """
    if _MACROS.search(expression.text):
        return await desk.equipment.tools.run(lambda: expression.value(scope), timeout_seconds=_SECONDS)
    return expression.value(scope)


def roots_of(scope: Scope) -> tuple[str, ...]:
    """What an expression may begin with here."""
    return EACH_ROOTS if "item" in scope.local else ROOTS


def _reads(expression: FlowExpression, scope: Scope) -> tuple[StepInput, ...]:
    """What an expression reads. Long values are cut: they are whole with the step that made them."""
    names = dict.fromkeys(expression.paths)
    return tuple(
        StepInput(name=".".join(path), value=_short(_value(path, scope)), source=f"${{{'.'.join(path)}}}")
        for path in names
    )


def _value(path: tuple[str, ...], scope: Scope) -> Any:
    value: Any = scope.root(path[0])
    for name in path[1:]:
        value = value.get(name) if isinstance(value, Mapping) else None
    return dict(value) if len(path) == 1 and isinstance(value, Mapping) else value


def _short(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return value if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
