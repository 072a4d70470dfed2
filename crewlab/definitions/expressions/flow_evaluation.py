"""Evaluating the CEL of a flow: JSON in, JSON out, within the budget of every expression."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from celpy import celtypes
from celpy.evaluation import CELEvalError
from lark import Token, Tree

from crewlab.definitions.expressions.evaluation import Budget, evaluated_with, reason_of
from crewlab.definitions.expressions.operations import activation
from crewlab.errors import ExpressionError


def flow_value(tree: Tree[Token], names: Mapping[str, Any], now: datetime) -> Any:
    """The value of an expression as JSON; times and durations as text, as CEL writes them.

    Raises:
        ExpressionError: It fails, its budget is used up, or JSON does not know its value.
    """
    budget = Budget()
    context = {name: budget.converted(value) for name, value in names.items()}
    found_in = activation(now=lambda: celtypes.TimestampType(now))
    try:
        return _as_json(evaluated_with(tree, found_in, context, budget))
    except CELEvalError as error:  # within a list, where CEL leaves it as a value
        raise ExpressionError(reason_of(error)) from None


def _as_json(value: Any) -> Any:
    if isinstance(value, CELEvalError):
        raise value
    for kind, converted in _CONVERSIONS:
        if isinstance(value, kind):
            return converted(value)
    raise ExpressionError("It gives something that is no JSON, such as the name of a type.")


def _number(value: float) -> float:
    if not math.isfinite(value):
        raise ExpressionError("It gives a number without end, or none at all.", "Ask first whether it divides by zero.")
    return float(value)


def _fields(value: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(_as_json(key)): _as_json(item) for key, item in value.items()}


_CONVERSIONS: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (str, str),
    ((bool, celtypes.BoolType), bool),
    (type(None), lambda value: None),
    (int, int),
    (float, _number),
    (list, lambda value: [_as_json(item) for item in value]),
    (Mapping, _fields),
    ((celtypes.TimestampType, celtypes.DurationType), str),
    (bytes, lambda value: base64.b64encode(value).decode("ascii")),
)
