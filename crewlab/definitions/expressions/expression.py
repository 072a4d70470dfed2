"""One CEL expression: read once, its names known, evaluated as often as needed."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crewlab.definitions.expressions.names import Names, TaskText, Use
from crewlab.errors import ExpressionError

if TYPE_CHECKING:
    from lark import Token, Tree

MOST_TEXT = 2_000
"""Characters of an expression."""
EXAMPLE = 'outputs.triage.json.priority == "high"'
MOST_DEPTH = 150
"""Levels of an expression's tree; fifteen brackets within each other."""


@dataclass(frozen=True)
class Expression:
    """A CEL expression that can be read. `names` are all that it uses."""

    text: str
    names: Names
    uses: tuple[Use, ...]
    tree: Tree[Token]

    def is_true(self, outputs: Mapping[str, TaskText], inputs: Mapping[str, Any]) -> bool:
        """Whether it holds; only the names it uses are looked at. CPU only, 0.2 s at most.

        Raises:
            ExpressionError: It cannot be evaluated with these values, or is neither true nor false.
        """
        from celpy.celtypes import BoolType

        from crewlab.definitions.expressions.evaluation import evaluated

        used = {name: outputs[name] for name in self.names.outputs if name in outputs}
        json_used = {name: (text, fields if name in self.names.json else None) for name, (text, fields) in used.items()}
        given = {name: inputs[name] for name in self.names.inputs if name in inputs}
        value = evaluated(self.tree, json_used, given)
        if not isinstance(value, bool | BoolType):
            raise ExpressionError(
                "It is neither true nor false.", "Compare something, such as outputs.task.contains('x')."
            )
        return bool(value)


@functools.lru_cache(maxsize=1024)
def compiled(text: str) -> Expression:
    """The expression that `text` is.

    Raises:
        ExpressionError: It cannot be read, uses an unknown name or function, or is too long or nested too deep.
    """
    from crewlab.definitions.expressions.uses import names_in, uses_of

    tree = parsed(text)
    uses = uses_of(tree)
    return Expression(text, names_in(uses), tuple(uses), tree)


def renamed(text: str, old: str, new: str) -> str:
    """`text` with the task `old` called `new`; text that cannot be read stays as it is."""
    try:
        uses = [use for use in compiled(text).uses if use.root == "outputs" and use.name == old]
    except ExpressionError:
        return text
    for use in sorted(uses, key=lambda use: use.start, reverse=True):
        text = renamed_at(text, use.start, use.end, new)
    return text


def renamed_at(text: str, start: int, end: int, new: str) -> str:
    """`text` with the name from `start` to `end`, behind a dot or in quotes within brackets, called `new`."""
    quoted = json.dumps(new, ensure_ascii=False)
    if text[start] in "\"'":
        return text[:start] + quoted + text[end:]
    if _is_identifier(new):
        return text[:start] + new + text[end:]
    return text[: text.rindex(".", 0, start)] + f"[{quoted}]" + text[end:]


def _is_identifier(name: str) -> bool:
    return name.isascii() and name.isidentifier() and name not in ("true", "false", "null", "in")


def parsed(text: str, example: str = EXAMPLE) -> Tree[Token]:
    """The tree of an expression of any names; `example` is what to write instead of what cannot be read.

    Raises:
        ExpressionError: It cannot be read, is too long or nested too deep.
    """
    if len(text) > MOST_TEXT:
        raise ExpressionError(f"It is longer than {MOST_TEXT} characters.", "Write a shorter expression.")
    tree = _quickly(text) or _by_cel(text, example)
    if _depth(tree) > MOST_DEPTH:
        raise ExpressionError("It is nested too deep.", "Write a simpler expression.")
    return tree


def _quickly(text: str) -> Tree[Token] | None:
    from crewlab.definitions.expressions.quick_parser import quickly_parsed

    return quickly_parsed(text)


def _by_cel(text: str, example: str) -> Tree[Token]:
    from celpy.celparser import CELParseError, CELParser  # 0.1 s, for its grammar: only where there is an expression
    from lark.exceptions import LarkError

    try:
        return CELParser().parse(text)
    except CELParseError as error:
        where = f"Line {error.line}, column {error.column}" if error.line and error.line > 0 else "At its end"
        raise ExpressionError(f"{where}: this is not a CEL expression.", _hint(text, example)) from None
    except LarkError:
        raise ExpressionError("This is not a CEL expression.", _hint(text, example)) from None


def _hint(text: str, example: str) -> str:
    if "{" in text and "}" in text and example == EXAMPLE:
        return "An input is inputs.name here, without braces."
    return f"Write for example {example}, with == for equal, && for and, || for or."


def _depth(tree: Tree[Token]) -> int:
    depth, level = 0, [tree]
    while level:
        depth += 1
        level = [child for item in level for child in item.children if not isinstance(child, str)]
    return depth
