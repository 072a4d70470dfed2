"""Where an expression uses names, and whether it uses anything that is not there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from lark import Token, Tree

from crewlab.definitions.expressions.names import Names, Use
from crewlab.errors import ExpressionError

ROOTS = ("outputs", "inputs")
MACROS = {"all": 1, "exists": 1, "exists_one": 1, "filter": 1, "map": 1, "reduce": 2}
"""How many variables each macro binds; they come first among its arguments."""
FUNCTIONS = frozenset(
    {"size", "contains", "startsWith", "endsWith", "matches", "has", "dyn", "bool", "int", "uint", "double", "string"}
    | {"duration", "timestamp", "type", "min"}
    | {f"get{part}" for part in ("Date", "DayOfMonth", "DayOfWeek", "DayOfYear", "FullYear", "Month")}
    | {f"get{part}" for part in ("Hours", "Minutes", "Seconds", "Milliseconds")}
)
TYPES = frozenset({"bool", "int", "uint", "double", "string", "list", "map", "null_type", "bytes"})
EXAMPLE = 'For example: outputs.triage.json.priority == "high".'


@dataclass(frozen=True)
class Vocabulary:
    """The names and functions that an expression may use, and an example of one."""

    roots: tuple[str, ...] = ROOTS
    functions: frozenset[str] = FUNCTIONS
    advice: str = "use outputs.<task> or inputs.<name>"
    example: str = EXAMPLE


CREW = Vocabulary()

_FOREIGN = frozenset({"dot_ident", "dot_ident_arg", "member_object"})

Place = tuple[Tree[Token], frozenset[str], bool]
"""A part of an expression, the variables that are bound there, and whether its `json` is asked for."""


def uses_of(tree: Tree[Token]) -> list[Use]:
    """Every use of an output or an input.

    Raises:
        ExpressionError: A name, a function or a macro is unknown, or a task is not named in plain text.
    """
    found, pending = [], [(tree, frozenset[str](), False)]
    while pending:
        place = pending.pop()
        use = _use(place)
        if use is not None:
            found.append(use)
        else:
            require_known(*place[:2], CREW)
            pending += inner(place)
    return found


def names_in(uses: list[Use]) -> Names:
    """The names of `uses`, by what they name."""
    outputs = [use for use in uses if use.root == "outputs"]
    return Names(
        outputs=frozenset(use.name for use in outputs),
        json=frozenset(use.name for use in outputs if use.is_json),
        inputs=frozenset(use.name for use in uses if use.root == "inputs"),
    )


def _use(place: Place) -> Use | None:
    """The use that this part is, as `outputs.name` or `outputs["name"]`."""
    tree, bound, is_json = place
    if tree.data not in ("member_dot", "member_index") or not isinstance(tree.children[0], Tree):
        return None
    root = identifier(tree.children[0])
    if root not in ROOTS or root in bound:
        return None
    wanted = tree.children[1]
    if isinstance(wanted, Token):
        return Use(root, str(wanted), is_json, wanted.start_pos or 0, wanted.end_pos or 0)
    token = literal(wanted)
    if token is None:
        raise _wrong(f"{root} is asked for something other than a name in quotes", tree)
    return Use(root, literal_text(token, tree), is_json, token.start_pos or 0, token.end_pos or 0)


def inner(place: Place) -> Iterator[Place]:
    """The parts of a part, with what is bound there; what a macro calls its variables is no part."""
    tree, bound, _ = place
    children = [child for child in tree.children if isinstance(child, Tree)]
    if tree.data == "member_dot_arg" and str(tree.children[1]) in MACROS:
        subject, arguments = _macro(tree)
        variables = frozenset(_variable(argument, tree) for argument in arguments[: MACROS[str(tree.children[1])]])
        yield subject, bound, False
        yield from ((argument, bound | variables, False) for argument in arguments[len(variables) :])
        return
    is_json = tree.data == "member_dot" and str(tree.children[1]) == "json"
    is_wrapped = len(children) == 1 and tree.data not in ("member_dot", "list_lit", "ident_arg")  # also in brackets
    yield from ((child, bound, is_json or (is_wrapped and place[2])) for child in children)


def _macro(tree: Tree[Token]) -> tuple[Tree[Token], list[Tree[Token]]]:
    name = str(tree.children[1])
    listed = tree.children[2] if len(tree.children) > 2 else None
    arguments = [child for child in listed.children if isinstance(child, Tree)] if isinstance(listed, Tree) else []
    subject = tree.children[0]
    if not isinstance(subject, Tree) or len(arguments) != (4 if name == "reduce" else 2):
        raise _wrong(f"{name}() is given the wrong number of arguments", tree)
    return subject, arguments


def _variable(tree: Tree[Token], macro: Tree[Token]) -> str:
    name = identifier(tree)
    if name is None:
        raise _wrong(f"{macro.children[1]}() begins with the name of a variable", macro)
    return name


def require_known(tree: Tree[Token], bound: frozenset[str], vocabulary: Vocabulary) -> None:
    """Raises `ExpressionError` where this part is a name or calls a function that there is not."""
    first = tree.children[0] if tree.children else None
    name = str(first) if isinstance(first, Token) else ""
    if tree.data == "ident" and name in vocabulary.roots and name not in bound:
        raise _wrong(f"{name} is used without a name behind it", tree, vocabulary)
    if tree.data == "ident" and name not in bound | TYPES:
        raise _wrong(f"there is no name {name[:80]!r}; {vocabulary.advice}", tree, vocabulary)
    if tree.data in _FOREIGN:
        raise _wrong("messages and packages are not supported", tree, vocabulary)
    called = name if tree.data == "ident_arg" else str(tree.children[1]) if tree.data == "member_dot_arg" else None
    if called is not None and called not in vocabulary.functions and called not in MACROS:
        raise _wrong(f"there is no function {called[:80]!r}", tree, vocabulary)


def identifier(tree: Tree[Token]) -> str | None:
    """The one identifier that `tree` is, if it is nothing else."""
    while len(tree.children) == 1 and tree.data not in ("paren_expr", "list_lit", "map_lit"):
        child = tree.children[0]
        if not isinstance(child, Tree):
            return str(child) if tree.data == "ident" else None
        tree = child
    return None


def literal(tree: Tree[Token]) -> Token | None:
    """The token of the text that `tree` is, if it is nothing else."""
    while len(tree.children) == 1:
        child = tree.children[0]
        if not isinstance(child, Tree):
            return child if tree.data == "literal" and child.type == "STRING_LIT" else None
        tree = child
    return None


def literal_text(token: Token, tree: Tree[Token]) -> str:
    """What the token of a text says."""
    try:
        return str(ast.literal_eval(str(token)))
    except (ValueError, SyntaxError):
        raise _wrong("a name in brackets is not plain text", tree) from None


def _wrong(what: str, tree: Tree[Token], vocabulary: Vocabulary = CREW) -> ExpressionError:
    where = "" if tree.meta.empty else f"Line {tree.meta.line}, column {tree.meta.column}: "
    return ExpressionError(f"{where}{what}.", vocabulary.example)
