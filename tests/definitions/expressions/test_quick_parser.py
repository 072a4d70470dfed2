"""The quick parser makes the tree that CEL's own parser makes, or none at all."""

from __future__ import annotations

from typing import Any

import pytest
from celpy.celparser import CELParseError, CELParser
from hypothesis import given, settings
from hypothesis import strategies as st
from lark import Token, Tree

from crewlab.definitions.expressions.quick_parser import quickly_parsed

USUAL = [
    "state.topic",
    "outputs.research.json_dict.score > 5 ? 'good' : \"bad\"",
    "!a && -b.c[0] == -1 || c in [1, 2.5, 'x'] && !(true)",
    "a - 1 - -1 * 2 % 3 / 4",
    "a-1 + 1-a",
    "1 < 2 == true != false",
    "{'a': [null, {}], b.c: d ? e : f, 'x': []}",
    "state.rows.filter(row, row.price > 2.0).map(r, r.name).size() + size([1])",
    "has(state.x) ? state . x : now() - duration('24h')",
    "trueish + nullable + inner + index + int(1) + r + b + u",
    "a ? b : c ? 3 : 4",
    " ( ( a ) ) \n + \t x . y ( 1 , 2 ) [ z ] ",
    "'ä🐈' + \"it's\"",
    "--1 - --a",
    "!!a",
]
UNUSUAL = [
    "a // comment",
    "'a\\n'",
    "r'raw'",
    "b'bytes'",
    "0x1F",
    "1u",
    "1.",
    ".5",
    ".a",
    "1e5",
    "'''long'''",
    "Message{a: 1}",
    "a.in",
    "while",
    "'open",
    "a +",
    "(a",
    "a b",
    "",
    "{a}",
    "[1,]",
    "a.(b)",
    "a ?: b",
    "a ? b ? 1 : 2 : c",
    "(" * 40 + "a" + ")" * 40,
]


def _seen(tree: Any) -> Any:
    """A tree with the kinds and the places of its tokens, which its own comparison leaves out."""
    if isinstance(tree, Tree):
        return str(tree.data), [_seen(child) for child in tree.children]
    assert isinstance(tree, Token)
    if tree.type == "BOOL_LIT":  # CEL's parser makes these anew, without a place
        return tree.type, str(tree)
    return tree.type, str(tree), tree.start_pos, tree.end_pos, tree.line, tree.column


def _by_cel(text: str) -> Any:
    try:
        return CELParser().parse(text)
    except CELParseError:
        return None


@pytest.mark.parametrize("text", USUAL)
def test_what_is_usual_has_the_tree_of_cels_own_parser(text: str):
    """The same rules, tokens, and places, also of the trees between."""
    quick, slow = quickly_parsed(text), _by_cel(text)
    assert _seen(quick) == _seen(slow)
    assert quick is not None
    assert (quick.meta.line, quick.meta.column) == (slow.meta.line, slow.meta.column)


@pytest.mark.parametrize("text", UNUSUAL)
def test_what_is_unusual_or_wrong_is_left_to_cels_own_parser(text: str):
    """It knows all of CEL, and says what is wrong."""
    assert quickly_parsed(text) is None


def _closed(opened: tuple[str, str]) -> str:
    sign = next(sign for sign in reversed(opened[0]) if sign in "([{")
    return f"{''.join(opened)}{ {'(': ')', '[': ']', '{': '}'}[sign] }"


ATOMS = st.sampled_from(["a", "b.c", "state", "x[0]", "1", "-1", "2.5", "'t'", "true", "null", "f()", "[]", "{}", "_"])
OPERATORS = st.sampled_from(["-", "+", "*", "%", "==", "<", "<=", "&&", "||", " in ", "?", ":", ",", ".", " - -", "!"])
EXPRESSIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, OPERATORS, inner).map("".join),
        st.tuples(inner, st.just(" ? "), inner, st.just(" : "), inner).map("".join),
        st.tuples(st.sampled_from(["(", "[", "{a: ", "!(", "-(", "a.map(r, ", "size("]), inner).map(_closed),
        st.tuples(inner, st.sampled_from([".x", ".y(1)", "[z]", " ", "\n", "."])).map("".join),
    ),
    max_leaves=8,
)


@given(text=EXPRESSIONS)
@settings(max_examples=400)
def test_no_text_has_another_tree(text: str):
    """Whatever the text, the quick parser gives the tree that CEL's own parser gives, or nothing."""
    quick = quickly_parsed(text)
    if quick is not None:
        assert _seen(quick) == _seen(_by_cel(text))
