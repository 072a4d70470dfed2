"""What an expression may give, as far as its text alone says: constants, types, and values that it hands on."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Any

from lark import Token, Tree

from crewlab.definitions.expressions.names import ANYTHING, Given, GivenKind

MOST_BRANCHES = 32
"""Of an expression with more of them nothing is said."""


ReadAt = Callable[[Tree[Token]], tuple[str, ...]]
"""The path that a part of an expression reads; empty where it is anything else."""


def given_by(tree: Tree[Token], read_at: ReadAt) -> tuple[Given, ...]:
    """What it may give, one for each of its branches."""
    found = tuple(_given(tree, read_at))
    return found if len(found) <= MOST_BRANCHES else ANYTHING


def made_text(tree: Tree[Token], read_at: ReadAt) -> tuple[Given, ...]:
    """What may be given to each `string()` within it."""
    calls = (part for part in tree.iter_subtrees() if part.data == "ident_arg" and str(part.children[0]) == "string")
    return tuple(given for call in calls for argument in _parts(call) for given in given_by(argument, read_at))


def constant(value: Any) -> Given:
    """A value that is written out."""
    return Given(_kind(value), value, is_constant=True)


def _given(tree: Tree[Token], read_at: ReadAt) -> Iterable[Given]:
    while True:
        path = read_at(tree)
        if path:
            return (Given("read", path=path),)
        rule = _RULES.get(tree.data)
        if rule is not None and (len(tree.children) > 1 or tree.data in _ALONE):
            return rule(tree, read_at)
        inner = tree.children[0] if len(tree.children) == 1 else None
        if not isinstance(inner, Tree):
            return ANYTHING
        tree = inner


def _branches(tree: Tree[Token], read_at: ReadAt) -> Iterable[Given]:
    return [given for branch in _parts(tree)[1:] for given in _given(branch, read_at)]


def _literal(tree: Tree[Token], read_at: ReadAt) -> Iterable[Given]:
    token = tree.children[0]
    kind = _LITERALS.get(token.type) if isinstance(token, Token) else None
    if kind is None:
        return ANYTHING
    if kind == "string" and ("\\" in str(token) or str(token)[:1] in "bB"):
        return (Given("string"),)  # an escape of CEL's own, or bytes, which become text
    try:
        return (constant(_WORDS[str(token)] if str(token) in _WORDS else ast.literal_eval(str(token))),)
    except (ValueError, SyntaxError):  # a number as only CEL writes it
        return (Given(kind),)


def _list(tree: Tree[Token], read_at: ReadAt) -> Iterable[Given]:
    items = [tuple(_given(item, read_at)) for listed in _parts(tree) for item in _parts(listed)]
    if all(len(item) == 1 and item[0].is_constant for item in items):
        return (constant([item[0].value for item in items]),)
    return (Given("array"),)


def _sum(tree: Tree[Token], read_at: ReadAt) -> Iterable[Given]:
    kinds = _kinds_of_sides(tree, read_at)
    for kind in ("string", "array"):
        if kind in kinds:
            return (Given(kind),)
    return _number(kinds) if kinds & {"integer", "number"} else ANYTHING


def _product(tree: Tree[Token], read_at: ReadAt) -> Iterable[Given]:
    """celpy multiplies texts and lists too."""
    kinds = _kinds_of_sides(tree, read_at)
    return _number(kinds) if kinds <= {"integer", "number"} else ANYTHING


def _both(tree: Tree[Token], read_at: ReadAt) -> Iterable[Given]:
    """celpy gives one of the sides, whatever it is."""
    kinds = set[str]().union(*(_kinds(side, read_at) for side in _parts(tree)))
    return (Given("boolean"),) if kinds == {"boolean"} else ANYTHING


def _unary(tree: Tree[Token], read_at: ReadAt) -> Iterable[Given]:
    operator, operand = _parts(tree)
    return (Given("boolean"),) if operator.data == "unary_not" else _number(_kinds(operand, read_at))


def _called(tree: Tree[Token], read_at: ReadAt) -> Iterable[Given]:
    kind = _FUNCTIONS.get(str(next(child for child in tree.children if isinstance(child, Token))))
    return (Given(kind),) if kind is not None else ANYTHING


def _always(kind: GivenKind) -> Callable[[Tree[Token], ReadAt], Iterable[Given]]:
    return lambda tree, read_at: (Given(kind),)


def _number(kinds: set[str]) -> Iterable[Given]:
    return (Given("integer" if kinds == {"integer"} else "number"),)


def _kinds_of_sides(tree: Tree[Token], read_at: ReadAt) -> set[str]:
    """The kinds of both sides, each where it has one alone; the left one is within the operator."""
    left, right = _parts(tree)
    return _kinds(_parts(left)[0], read_at) | _kinds(right, read_at)


def _kinds(tree: Tree[Token], read_at: ReadAt) -> set[str]:
    kinds: set[str] = {given.kind for given in _given(tree, read_at)}
    return kinds if len(kinds) == 1 else {"any"}


def _parts(tree: Tree[Token]) -> list[Tree[Token]]:
    return [child for child in tree.children if isinstance(child, Tree)]


def _kind(value: Any) -> GivenKind:
    return next((kind for type_, kind in _TYPES if isinstance(value, type_)), "any")


_TYPES: tuple[tuple[type, GivenKind], ...] = (
    (bool, "boolean"), (str, "string"), (int, "integer"), (float, "number"), (type(None), "null"),
    (list, "array"), (dict, "object"),
)  # fmt: skip
_WORDS = {"true": True, "false": False, "null": None}
_LITERALS: dict[str, GivenKind] = {
    "STRING_LIT": "string", "MLSTRING_LIT": "string", "BYTES_LIT": "string", "INT_LIT": "integer",
    "UINT_LIT": "integer", "FLOAT_LIT": "number", "BOOL_LIT": "boolean", "NULL_LIT": "null",
}  # fmt: skip
_FUNCTIONS: dict[str, GivenKind] = {
    **dict.fromkeys(("contains", "startsWith", "endsWith", "matches", "has", "bool"), "boolean"),
    **dict.fromkeys(("all", "exists", "exists_one"), "boolean"),
    **dict.fromkeys(("size", "int", "uint"), "integer"),
    **dict.fromkeys(("map", "filter"), "array"),
    **dict.fromkeys(("string", "now", "timestamp", "duration"), "string"),
    "double": "number",
}
"""What functions and macros give; times and durations become text."""
_ALONE = ("literal", "list_lit", "map_lit", "ident_arg", "member_dot_arg")
"""Parts that mean something with one child, or none."""
_RULES: dict[str, Callable[[Tree[Token], ReadAt], Iterable[Given]]] = {
    "expr": _branches,
    "conditionalor": _both,
    "conditionaland": _both,
    "relation": _always("boolean"),
    "addition": _sum,
    "multiplication": _product,
    "unary": _unary,
    "literal": _literal,
    "list_lit": _list,
    "map_lit": _always("object"),
    "ident_arg": _called,
    "member_dot_arg": _called,
}
"""By the rule of CEL's grammar; one with a single child is what that child is."""
