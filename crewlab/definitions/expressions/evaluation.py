"""Evaluating CEL within a budget, so that no expression can keep a processor busy or fill the memory."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from celpy import celtypes
from celpy.adapter import json_to_cel
from celpy.evaluation import Activation, CELEvalError, Evaluator
from lark import Token, Tree

from crewlab.definitions.expressions.operations import AND, OR, QUANTIFIERS, activation
from crewlab.errors import ExpressionError

MOST_STEPS = 20_000
"""Nodes visited in one evaluation: about 0.2 s."""
MOST_VALUES = 10_000
"""Single values that an evaluation is given, and items in one list that it makes."""
MOST_CHARACTERS = 5_000_000
"""Of one text, given or made."""
_SMALLER = "Write a smaller expression, or let a task answer with the field that decides."


class Budget:
    """What is left for one evaluation."""

    def __init__(self) -> None:
        self._steps = MOST_STEPS
        self._values = MOST_VALUES

    def step(self, count: int = 1) -> None:
        self._steps -= count
        if self._steps < 0:
            raise ExpressionError(f"It takes more than {MOST_STEPS} steps.", _SMALLER)

    def hold(self, made: Any) -> None:
        """Count a value that an operation made."""
        if isinstance(made, str) and len(made) > MOST_CHARACTERS:
            raise ExpressionError(f"It makes a text of more than {MOST_CHARACTERS} characters.", _SMALLER)
        if isinstance(made, list | dict):
            self.step(len(made))

    def converted(self, value: Any) -> Any:
        """`value` as CEL knows it."""
        self._count(value)
        try:
            return _as_cel(value)
        except (ValueError, TypeError):  # a number beyond 64 bits, or a value that JSON does not know
            raise ExpressionError("It is given a value that CEL does not know.", _SMALLER) from None

    def _count(self, value: Any) -> None:
        pending = [value]
        while pending:
            item = pending.pop()
            self._values -= 1
            if self._values < 0:
                raise ExpressionError(f"It is given more than {MOST_VALUES} values.", _SMALLER)
            self.hold(item)
            if isinstance(item, Mapping):
                pending += item.values()
            elif isinstance(item, list | tuple):
                pending += item


def _text(value: str) -> celtypes.StringType:
    """A `StringType`, which asks on its own way whether it is given bytes."""
    return str.__new__(celtypes.StringType, value)


def _fields(value: dict[Any, Any]) -> celtypes.MapType:
    """A `MapType`, which on its own way takes its fields one by one and hashes each name again."""
    made = celtypes.MapType()
    dict.update(made, {_as_cel(key): _as_cel(item) for key, item in value.items()})
    return made


def _whole_number(value: int) -> celtypes.IntType:
    """An `IntType`, whose own way costs ten times as much: it makes a function for each number."""
    return int.__new__(celtypes.IntType, value) if _LEAST <= value < -_LEAST else celtypes.IntType(value)


_LEAST = -(2**63)
_SCALARS: Mapping[type, Callable[[Any], Any]] = {
    str: _text,
    bool: celtypes.BoolType,
    int: _whole_number,
    float: celtypes.DoubleType,
    type(None): lambda value: value,
}


def _as_cel(value: Any) -> Any:
    """What `json_to_cel` gives, at a third of its cost."""
    kind = type(value)
    if (scalar := _SCALARS.get(kind)) is not None:
        return scalar(value)
    if kind is dict:
        return _fields(value)
    if kind is list:
        return celtypes.ListType([_as_cel(item) for item in value])
    return json_to_cel(value)


class Output(celtypes.StringType):
    """The text that a task produced, which also has `.json`."""

    json: Any = None


class _Budgeted(Evaluator):
    """celpy's evaluator, which counts its steps and knows `.json` of an output."""

    def __init__(self, tree: Tree[Token], activation: Activation, budget: Budget) -> None:
        super().__init__(tree, activation)
        self._budget = budget

    def sub_evaluator(self, ast: Tree[Token]) -> Evaluator:
        return _Budgeted(ast, self.activation, self._budget)

    def _visit_tree(self, tree: Tree[Token]) -> Any:
        self._budget.step()
        return super()._visit_tree(tree)

    def member_dot(self, tree: Tree[Token]) -> Any:
        if str(tree.children[1]) == "json" and isinstance(tree.children[0], Tree):
            output = self.visit(tree.children[0])
            if isinstance(output, Output):
                return output.json
        return super().member_dot(tree)

    def member_dot_arg(self, tree: Tree[Token]) -> Any:
        decision = QUANTIFIERS.get(str(tree.children[1]))
        return super().member_dot_arg(tree) if decision is None else self._quantified(tree, decision)

    def _quantified(self, tree: Tree[Token], decision: bool) -> Any:
        """`exists`, which one true decides, or `all`, which one false does."""
        items: Any = self.visit(tree.children[0]) if isinstance(tree.children[0], Tree) else ()
        if isinstance(items, CELEvalError):
            return items
        try:
            values = map(self.build_ss_macro_eval(tree), items)
            return functools.reduce(OR if decision else AND, values, celtypes.BoolType(not decision))
        except TypeError as error:
            return CELEvalError("no such overload", TypeError, error.args, tree=tree)

    def addition(self, tree: Tree[Token]) -> Any:
        made = super().addition(tree)
        self._budget.hold(made)
        return made

    def relation(self, tree: Tree[Token]) -> Any:
        compared = super().relation(tree)
        if len(tree.children) > 1:
            self._budget.step(10)  # it may have gone through a list
        return compared


def evaluated(tree: Tree[Token], outputs: Mapping[str, tuple[str, Any]], inputs: Mapping[str, Any]) -> Any:
    """The value of an expression in CEL's own types; `outputs` are texts with their JSON.

    Raises:
        ExpressionError: It fails, or its budget is used up.
    """
    budget = Budget()
    context = {
        "outputs": celtypes.MapType(
            {celtypes.StringType(name): _output(text, fields, budget) for name, (text, fields) in outputs.items()}
        ),
        "inputs": budget.converted(dict(inputs)),
    }
    return evaluated_with(tree, activation(), context, budget)


def evaluated_with(tree: Tree[Token], found_in: Activation, context: dict[str, Any], budget: Budget) -> Any:
    """The value of an expression in CEL's own types, `context` being in them too.

    Raises:
        ExpressionError: It fails, or its budget is used up.
    """
    try:
        return _Budgeted(tree, found_in, budget).evaluate(context)
    except CELEvalError as error:
        raise ExpressionError(reason_of(error)) from None
    except RecursionError:
        raise ExpressionError("It is nested too deep.", _SMALLER) from None
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError):  # a macro over no list, for example
        raise ExpressionError(f"{_REASONS[TypeError].capitalize()}.") from None


def _output(text: str, fields: Any, budget: Budget) -> Output:
    budget.hold(text)
    output = Output(text)
    output.json = budget.converted(fields)
    return output


def reason_of(error: CELEvalError) -> str:
    """What went wrong, without the values: they may be long, and celpy writes them into its messages."""
    kind = error.args[1] if len(error.args) > 1 else None
    said = str(error.args[0])
    where = f"Line {error.line}, column {error.column}: " if error.line else ""
    if kind is KeyError and said.startswith("no such member in mapping"):
        return f"{where}there is no field {said.rpartition(': ')[2][:80]}."
    return f"{where}{_REASONS.get(kind, 'it cannot be evaluated')}."


_REASONS: dict[Any, str] = {
    KeyError: "there is no such key",
    IndexError: "the list is shorter than that",
    TypeError: "the types of the values do not fit the operation; a field of something without fields is one such case",
    ZeroDivisionError: "it divides by zero",
    ValueError: "a value cannot be converted, or is too large",
    OverflowError: "a number is too large",
}
