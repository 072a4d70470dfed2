"""Operators of CEL where celpy's own know no bound: an expression may neither fill the memory nor take forever."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from celpy import celtypes
from celpy.evaluation import Activation, CELEvalError


def activation(**functions: Callable[..., Any]) -> Activation:
    """Where an expression finds these functions besides CEL's own; all that it calls has to be found here."""
    return Activation(functions={**_OPERATIONS, **functions})


def _of_numbers(operation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """As CEL has it. Python's own would also repeat and fill in texts, to any length, and has no largest number."""

    def calculated(left: Any, right: Any) -> Any:
        if not (isinstance(left, int | float) and isinstance(right, int | float)):
            raise TypeError
        result = operation(left, right)
        if isinstance(result, int) and abs(result) >= _BEYOND:
            raise OverflowError
        return result

    return calculated


def _decided_by(decision: bool) -> Callable[[Any, Any], Any]:
    """`||`, which true decides, or `&&`, which false does. celpy's own write both sides into what they complain of,
    and that again into the next complaint: of thirty, no memory is left.
    """

    def joined(left: Any, right: Any) -> Any:
        sides = (left, right)
        if any(isinstance(side, celtypes.BoolType) and bool(side) is decision for side in sides):
            return celtypes.BoolType(decision)
        open_ = [side for side in sides if not isinstance(side, celtypes.BoolType)]
        failed = [side for side in open_ if isinstance(side, CELEvalError)]
        if len(open_) > 1 and not failed:
            raise TypeError
        return (failed or open_ or [celtypes.BoolType(not decision)])[0]

    return joined


_BEYOND = 2**64
OR, AND = _decided_by(True), _decided_by(False)
QUANTIFIERS = {"exists": True, "all": False}
"""Macros that join what they find for each item, and by which value they are decided."""
_OPERATIONS = {
    "_||_": OR,
    "_&&_": AND,
    "_*_": _of_numbers(operator.mul),
    "_/_": _of_numbers(operator.truediv),
    "_%_": _of_numbers(operator.mod),
}
