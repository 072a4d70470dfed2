"""Which values of a flow an expression reads, as paths such as `outputs.research.raw`."""

from __future__ import annotations

from lark import Token, Tree

from crewlab.definitions.expressions.names import Read, Segment
from crewlab.definitions.expressions.uses import (
    FUNCTIONS,
    Vocabulary,
    inner,
    literal,
    literal_text,
    require_known,
)

_STEPS = frozenset({"member_dot", "member_index"})
_LITERALS = frozenset({"list_lit", "map_lit"})
EXAMPLE = "outputs.research.raw, or state.topic"


def vocabulary_of(roots: tuple[str, ...]) -> Vocabulary:
    """What an expression of a flow may use where these are the roots: `now()` besides CEL's own functions."""
    return Vocabulary(
        roots=(),
        functions=FUNCTIONS | {"now"},
        advice=f"a flow knows {', '.join(roots)}",
        example=f"For example: {EXAMPLE}.",
    )


def reads_of(tree: Tree[Token], roots: tuple[str, ...]) -> tuple[Read, ...]:
    """Every read of a value, with all names that follow the root in plain text.

    Raises:
        ExpressionError: A name, a function or a macro is unknown.
    """
    found: list[Read] = []
    vocabulary = vocabulary_of(roots)
    pending = [(tree, frozenset[str](), False)]
    while pending:
        tree, bound, _ = pending.pop()
        tree = _unwrapped(tree)
        segments = _chain(tree)
        if segments and segments[0].name in roots and segments[0].name not in bound:
            found.append(Read(tuple(segments)))
        else:
            require_known(tree, bound, vocabulary)
            pending += inner((tree, bound, False))
    return tuple(sorted(found, key=lambda read: read.segments[0].start))


def path_at(tree: Tree[Token], roots: tuple[str, ...]) -> tuple[str, ...]:
    """The path that `tree` is, and nothing else; empty where it is anything else."""
    segments = _chain(tree)
    return tuple(segment.name for segment in segments) if segments and segments[0].name in roots else ()


def _unwrapped(tree: Tree[Token]) -> Tree[Token]:
    """What is left of a tree without the levels of CEL's grammar that hold one thing each."""
    while len(tree.children) == 1 and isinstance(tree.children[0], Tree) and tree.data != "member_object":
        tree = tree.children[0]
    return tree


def _chain(tree: Tree[Token]) -> list[Segment]:
    """The names that `tree` is a chain of; empty where it is anything else."""
    behind: list[Segment] = []
    while True:
        first = tree.children[0] if tree.children else None
        if tree.data == "ident":
            return [_segment(first), *reversed(behind)] if isinstance(first, Token) else []
        if not isinstance(first, Tree):
            return []
        if tree.data in _STEPS:
            segment = _followed(tree)
            if segment is None:
                return []
            behind.append(segment)
        elif len(tree.children) != 1 or tree.data in _LITERALS:
            return []
        tree = first


def _followed(tree: Tree[Token]) -> Segment | None:
    """The name behind a dot, or in quotes within brackets."""
    wanted = tree.children[1]
    if isinstance(wanted, Token):
        return _segment(wanted)
    token = literal(wanted)
    if token is None or str(token)[:1] in "bB":
        return None
    return Segment(literal_text(token, tree), token.start_pos or 0, token.end_pos or 0)


def _segment(token: Token) -> Segment:
    return Segment(str(token), token.start_pos or 0, token.end_pos or 0)
