"""One CEL expression of a flow: read once, the values that it reads known, evaluated as often as needed.

It reads `state.<field>` and `outputs.<step>`; `item` within each, `output` where a step sets state, and `now()`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from crewlab.definitions.expressions.expression import parsed, renamed_at
from crewlab.definitions.expressions.names import ANYTHING, Given, Read, Segment
from crewlab.errors import ExpressionError

if TYPE_CHECKING:
    from lark import Token, Tree

ROOTS = ("state", "outputs")
EACH_ROOTS = (*ROOTS, "item")
"""Within an each."""
SET_ROOTS = (*ROOTS, "output")
"""Where a step sets state: `output` is what it has just produced."""
_PATH = re.compile(r"\s*[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*\s*")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RESERVED = frozenset({"true", "false", "null", "in"})
_EXAMPLE = 'outputs.research.json_dict.score > 5 ? "good" : "bad"'
_MISSING = object()


@dataclass(frozen=True)
class Scope:
    """What an expression is evaluated with. Nothing of it is changed."""

    state: Mapping[str, Any]
    outputs: Mapping[str, Any]
    """What each step that has ended has produced, as JSON."""
    now: datetime
    """The same for all expressions of an execution."""
    local: Mapping[str, Any] = field(default_factory=dict)
    """`item` within each, `output` where a step sets state."""

    def root(self, name: str) -> Any:
        """The value of a root, or a marker where there is none here."""
        if name == "state":
            return self.state
        return self.outputs if name == "outputs" else self.local.get(name, _MISSING)


@dataclass(frozen=True)
class FlowExpression:
    """An expression that can be read, and every value that it reads."""

    text: str
    reads: tuple[Read, ...]
    is_path: bool
    """Whether it is nothing but names with dots between them, which needs no CEL."""
    gives: tuple[Given, ...] = field(default=ANYTHING, compare=False)
    """What it may give, one for each of its branches, as far as its text alone says."""
    made_text: tuple[Given, ...] = field(default=(), compare=False)
    """What it may give to `string()`."""

    @property
    def paths(self) -> tuple[tuple[str, ...], ...]:
        return tuple(read.path for read in self.reads)

    @functools.cached_property
    def _tree(self) -> Tree[Token]:
        """Made when it is first evaluated: documents are checked far more often, and trees are large."""
        return parsed(self.text, _EXAMPLE)

    @functools.cached_property
    def _wanted(self) -> Mapping[str, Any]:
        """The paths that it reads, as a tree of names; `None` is a whole value."""
        return _tree_of(self.paths)

    def value(self, scope: Scope) -> Any:
        """What it gives, as JSON; only what it reads is looked at. CPU only, 0.2 s at most.

        A path gives the very value of the scope, which the caller does not change; but the state and the outputs as
        a whole, which grow with the steps that follow, as they are now.

        Raises:
            ExpressionError: It cannot be evaluated with these values.
        """
        if self.is_path:
            value = _followed(scope, self.reads[0].path)
            return dict(value) if value is scope.state or value is scope.outputs else value
        from crewlab.definitions.expressions.flow_evaluation import flow_value

        roots = ((name, scope.root(name), inner) for name, inner in self._wanted.items())
        return flow_value(
            self._tree,
            {name: _pruned(value, inner) for name, value, inner in roots if value is not _MISSING},
            scope.now,
        )

    def is_true(self, scope: Scope) -> bool:
        """Whether it holds.

        Raises:
            ExpressionError: It cannot be evaluated with these values, or is neither true nor false.
        """
        value = self.value(scope)
        if not isinstance(value, bool):
            raise ExpressionError(
                "It is neither true nor false.", "Compare something, such as outputs.research.json_dict.score > 5."
            )
        return value


def flow_expression(text: str, roots: tuple[str, ...] = ROOTS) -> FlowExpression:
    """The expression that `text` is; `${...}` around it is taken off. Remembered by its text.

    Raises:
        ExpressionError: It is empty, cannot be read, uses an unknown name or function, or is too long or too deep.
    """
    return _read(text, roots)


@functools.lru_cache(maxsize=8192)
def _read(text: str, roots: tuple[str, ...]) -> FlowExpression:
    written = unwrapped(text)
    if not written.strip():
        raise ExpressionError("The expression is empty.", f"Write for example {_EXAMPLE}.")
    plain = _plain_path(written, roots)
    if plain is not None:
        return FlowExpression(written, (plain,), is_path=True, gives=(Given("read", path=plain.path),))
    from crewlab.definitions.expressions.giving import given_by, made_text
    from crewlab.definitions.expressions.reads import path_at, reads_of

    tree = parsed(written, _EXAMPLE)
    reads = reads_of(tree, roots)

    def read_at(part: Tree[Token]) -> tuple[str, ...]:
        return path_at(part, roots)

    texts = made_text(tree, read_at) if "string" in written else ()
    return FlowExpression(written, reads, is_path=False, gives=given_by(tree, read_at), made_text=texts)


def with_renamed(text: str, path: tuple[str, ...], new: str, roots: tuple[str, ...] = SET_ROOTS) -> str:
    """`text` with the last name of `path` called `new` wherever it is read; unreadable text stays as it is.

    `("outputs", "find")` renames a step, `("state", "topic")` a field.
    """
    try:
        expression = flow_expression(text, roots)
    except ExpressionError:
        return text
    offset, last = text.find(expression.text), len(path) - 1
    places = [read.segments[last] for read in expression.reads if read.path[: len(path)] == path]
    for place in sorted(set(places), key=lambda place: place.start, reverse=True):
        text = renamed_at(text, place.start + offset, place.end + offset, new)
    return text


def with_reads(text: str, roots: tuple[str, ...], new: Callable[[tuple[str, ...]], tuple[int, str] | None]) -> str:
    """`text` with the beginnings of its paths replaced; unreadable text stays as it is.

    `new` gets a path, and says for how many of its first names to write what; or nothing, to leave it.
    """
    try:
        expression = flow_expression(text, roots)
    except ExpressionError:
        return text
    offset = text.find(expression.text)
    for read in reversed(expression.reads):
        found = new(read.path)
        begin, end = read.segments[0].start + offset, _end_of(text, read, found[0], offset) if found else -1
        if found and end > 0:
            text = text[:begin] + found[1] + text[end:]
    return text


def _end_of(text: str, read: Read, count: int, offset: int) -> int:
    """Where the first `count` names of a path end, with the bracket around the last; -1 where more is between them."""
    end = read.segments[0].end + offset
    for segment in read.segments[1:count]:
        between = text[end : segment.start + offset].strip()
        if between not in (".", "["):
            return -1
        end = segment.end + offset
        if between == "[":
            end = text.index("]", end) + 1
    return end


def unwrapped(text: str) -> str:
    """crewAI takes `${...}` around an expression as well."""
    stripped = text.strip()
    return stripped[2:-1].strip() if stripped.startswith("${") and stripped.endswith("}") else text


def _plain_path(text: str, roots: tuple[str, ...]) -> Read | None:
    """The path that `text` is, where it is nothing but names with dots between them."""
    if not _PATH.fullmatch(text):
        return None
    segments = tuple(Segment(match[0], match.start(), match.end()) for match in _WORD.finditer(text))
    if segments[0].name not in roots or any(segment.name in _RESERVED for segment in segments):
        return None
    return Read(segments)


def _followed(scope: Scope, path: tuple[str, ...]) -> Any:
    value = scope.root(path[0])
    for name in path[1:]:
        if not isinstance(value, Mapping):
            raise ExpressionError(f"There is no field {name[:80]}: what it is asked of has no fields.")
        if name not in value:
            raise ExpressionError(f"There is no field {name[:80]}.", _missing_hint(path, name))
        value = value[name]
    if value is _MISSING:
        raise ExpressionError(f"There is no {path[0]} here.")
    return value


def _missing_hint(path: tuple[str, ...], name: str) -> str:
    if path[:2] == ("outputs", name):
        return f"The step {name[:80]!r} has not run before this one."
    return "Give the field a default value, or ask first: has(state.field) ? state.field : null."


def _tree_of(paths: Iterable[tuple[str, ...]]) -> dict[str, Any]:
    """Paths as nested names; a path within another one says nothing more."""
    top: dict[str, Any] = {}
    for path in sorted(set(paths), key=len):
        level: dict[str, Any] | None = top
        for name in path[:-1]:
            level = level.setdefault(name, {}) if level is not None else None
        if level is not None:
            level.setdefault(path[-1], None)
    return top


def _pruned(value: Any, wanted: Mapping[str, Any] | None) -> Any:
    """The part of a value that is read; of anything without fields everything."""
    if wanted is None or not isinstance(value, Mapping):
        return value
    return {name: _pruned(value[name], inner) for name, inner in wanted.items() if name in value}
