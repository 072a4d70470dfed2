"""Texts with `${...}` in them: read once, filled in as often as needed.

A text that is one `${...}` and nothing else keeps the type of its value. In any other text, what is no text becomes
JSON, and nothing becomes an empty text. This is crewAI's rule.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from crewlab.definitions.expressions.expression import MOST_TEXT
from crewlab.definitions.expressions.flow_expression import (
    ROOTS,
    FlowExpression,
    Scope,
    flow_expression,
)
from crewlab.errors import ExpressionError

_MARK = re.compile(
    r"""[rR][bB]?(?:"[^"\n]*"|'[^'\n]*')"""
    r'''|"""(?:\\.|[^\\])*?"""'''
    r"""|'{3}(?:\\.|[^\\])*?'{3}"""
    r'''|"(?:\\.|[^"\\\n])*"'''
    r"""|'(?:\\.|[^'\\\n])*'"""
    r"|//[^\n]*|[{}]",
    re.DOTALL,
)
"""Whatever decides where an expression ends: braces, and what may hold braces that do not count."""


class Placed(NamedTuple):
    """An expression of a template, and where in it: `.0.topic`, or nothing where the template is one text."""

    where: str
    expression: FlowExpression


@dataclass(frozen=True)
class TextTemplate:
    """A text between whose parts expressions stand."""

    parts: tuple[str | FlowExpression, ...]

    @functools.cached_property
    def expressions(self) -> tuple[FlowExpression, ...]:
        return tuple(part for part in self.parts if isinstance(part, FlowExpression))

    @functools.cached_property
    def whole(self) -> FlowExpression | None:
        """The one expression that the text is, and nothing else."""
        is_blank = all(not part.strip() for part in self.parts if isinstance(part, str))
        return self.expressions[0] if is_blank and len(self.expressions) == 1 else None

    def render(self, scope: Scope) -> Any:
        """The text filled in, or the value of the one expression that it is.

        Raises:
            ExpressionError: An expression cannot be evaluated.
        """
        if self.whole is not None:
            return self.whole.value(scope)
        return "".join(part if isinstance(part, str) else _said(part.value(scope)) for part in self.parts)


@dataclass(frozen=True)
class Template:
    """Any JSON with expressions in its texts."""

    value: Any
    """As it is written."""
    expressions: tuple[Placed, ...]
    _render: Callable[[Scope], Any]

    def render(self, scope: Scope) -> Any:
        """The value with its expressions filled in; what has none is the very value that is written.

        Raises:
            ExpressionError: An expression cannot be evaluated.
        """
        return self._render(scope) if self.expressions else self.value


def template(value: Any, roots: tuple[str, ...] = ROOTS) -> Template:
    """The template that `value` is, a text or any JSON; keys of objects are no templates.

    Raises:
        ExpressionError: An expression in it cannot be read, or is not closed.
    """
    placed = tuple(_placed(value, roots, ""))
    return Template(value, placed, _renderer(value, roots))


@functools.lru_cache(maxsize=8192)
def text_template(text: str, roots: tuple[str, ...] = ROOTS) -> TextTemplate:
    """The template that a text is.

    Raises:
        ExpressionError: An expression in it cannot be read, or is not closed.
    """
    parts: list[str | FlowExpression] = []
    for piece, is_expression in _pieces(text):
        parts.append(flow_expression(piece, roots) if is_expression else piece)
    return TextTemplate(tuple(parts))


def texts_in(value: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """Every text within a value that has a `${` in it, with its place."""
    if isinstance(value, str):
        if "${" in value:
            yield where, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from texts_in(item, f"{where}.{key}")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from texts_in(item, f"{where}.{index}")


def template_with(value: Any, change: Callable[[str], str]) -> Any:
    """A copy of `value` with every expression in its texts changed; a text that cannot be read stays as it is."""
    if isinstance(value, Mapping):
        return {key: template_with(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [template_with(item, change) for item in value]
    return _text_with(value, change) if isinstance(value, str) and "${" in value else value


def pieces_of(text: str) -> tuple[tuple[str, bool], ...]:
    """A text cut at its expressions, with whether each piece is one; an expression comes without its marks.

    Raises:
        ExpressionError: An expression is not closed.
    """
    return tuple(_pieces(text))


def _text_with(text: str, change: Callable[[str], str]) -> str:
    try:
        pieces = pieces_of(text)
    except ExpressionError:
        return text
    return "".join("${" + change(piece) + "}" if is_expression else piece for piece, is_expression in pieces)


def _placed(value: Any, roots: tuple[str, ...], where: str) -> Iterator[Placed]:
    for place, text in texts_in(value, where):
        yield from (Placed(place, expression) for expression in text_template(text, roots).expressions)


def _renderer(value: Any, roots: tuple[str, ...]) -> Callable[[Scope], Any]:
    if isinstance(value, str) and "${" in value:
        return text_template(value, roots).render
    if isinstance(value, Mapping):
        fields = {key: _renderer(item, roots) for key, item in value.items()}
        return lambda scope: {key: render(scope) for key, render in fields.items()}
    if isinstance(value, list | tuple):
        items = [_renderer(item, roots) for item in value]
        return lambda scope: [render(scope) for render in items]
    return lambda scope: value


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The text in order, cut at its expressions; an expression comes without its marks."""
    index = 0
    while (start := text.find("${", index)) != -1:
        if start > index:
            yield text[index:start], False
        end = _end(text, start + 2)
        yield text[start + 2 : end], True
        index = end + 1
    if index < len(text):
        yield text[index:], False


def _end(text: str, start: int) -> int:
    """Where the brace stands that closes the expression which begins at `start`."""
    depth = 1
    for mark in _MARK.finditer(text, start, start + MOST_TEXT + 1):
        if mark[0] == "{":
            depth += 1
        elif mark[0] == "}":
            depth -= 1
            if depth == 0:
                return mark.start()
    if len(text) - start > MOST_TEXT:
        raise ExpressionError(f"A ${{ is not closed within {MOST_TEXT} characters.", "Close it, or write less in it.")
    raise ExpressionError("A ${ is not closed.", "Write a } behind the expression, as in ${state.topic}.")


def _said(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
