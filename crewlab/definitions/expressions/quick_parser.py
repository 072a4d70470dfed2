"""Reads the CEL that people usually write, several times as fast as CEL's own parser, into the very same tree.

Anything unusual (comments, escapes, raw texts, bytes, hexadecimal and unsigned numbers, messages, reserved words), and
anything wrong, is left to CEL's own parser, which also says what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from lark import Token, Tree
from lark.tree import Meta

MOST_LEVELS = 15
"""Brackets within each other; the expression may be refused for more of them."""
_SPACE = re.compile(r"[\t\n\f\r ]*")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?![0-9A-Za-z_.])")
_TEXT = re.compile(r"\"[^\"\\\n\r]*\"|'[^'\\\n\r]*'")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?![\"'])")
_CALLED = re.compile(r"[\t\n\f\r ]*\(")
_OPERATOR = re.compile(r"[\t\n\f\r ]*(\|\||&&|<=|>=|==|!=|[<>+\-*/%]|in(?![A-Za-z0-9_]))")
_UNUSUAL = re.compile(r"//|\\|\"\"\"|'''")
_RESERVED = re.compile(
    "as|break|const|continue|else|for|function|if|import|in|let|loop|package|namespace|null|return|true|false|var|void|while"
)
_RELATIONS = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "==": "eq", "!=": "ne", "in": "in"}
_ADDITIONS = {"+": "add", "-": "sub"}
_MULTIPLICATIONS = {"*": "mul", "/": "div", "%": "mod"}
_LITERALS = {"true": "BOOL_LIT", "false": "BOOL_LIT", "null": "NULL_LIT"}

Branch = Tree[Token]


class _UnusualError(Exception):
    """Something for CEL's own parser."""


def quickly_parsed(text: str) -> Branch | None:
    """The tree of an expression as CEL's own parser makes it; `None` for what is not usual, or wrong."""
    if _UNUSUAL.search(text):
        return None
    parser = _Parser(text)
    try:
        tree = parser.expression()
    except _UnusualError:
        return None
    return tree if parser.is_at_end() else None


class _Parser:
    """One reading of one text, from the left to the right."""

    def __init__(self, text: str) -> None:
        self._text, self._at, self._levels = text, 0, 0

    def is_at_end(self) -> bool:
        self._skip()
        return self._at == len(self._text)

    def expression(self) -> Branch:
        self._levels += 1
        if self._levels > MOST_LEVELS:
            raise _UnusualError
        children = [self._or()]
        if self._takes("?"):
            children.append(self._or())
            self._need(":")
            children.append(self.expression())
        self._levels -= 1
        return _tree("expr", children)

    def _or(self) -> Branch:
        tree = _tree("conditionalor", [self._and()])
        while self._takes("||"):
            tree = _tree("conditionalor", [tree, self._and()])
        return tree

    def _and(self) -> Branch:
        tree = _tree("conditionaland", [self._relation()])
        while self._takes("&&"):
            tree = _tree("conditionaland", [tree, self._relation()])
        return tree

    def _relation(self) -> Branch:
        return self._chain("relation", _RELATIONS, self._addition)

    def _addition(self) -> Branch:
        return self._chain("addition", _ADDITIONS, self._multiplication)

    def _multiplication(self) -> Branch:
        return self._chain("multiplication", _MULTIPLICATIONS, self._unary)

    def _chain(self, rule: str, operators: dict[str, str], operand: Callable[[], Branch]) -> Branch:
        """Operators of one rank, from the left to the right."""
        tree = _tree(rule, [operand()])
        while True:
            found = _OPERATOR.match(self._text, self._at)
            name = operators.get(found[1]) if found else None
            if found is None or name is None:
                return tree
            self._at = found.end()
            tree = _tree(rule, [_tree(f"{rule}_{name}", [tree]), operand()])

    def _unary(self) -> Branch:
        self._skip()
        sign = self._text[self._at : self._at + 1]
        if sign not in ("!", "-") or _NUMBER.match(self._text, self._at):
            return _tree("unary", [self._member()])
        meta = self._meta(self._at)
        self._at += 1
        operator: Branch = Tree("unary_not" if sign == "!" else "unary_neg", [], meta)
        return Tree("unary", [operator, self._unary()], meta)

    def _member(self) -> Branch:
        tree = _tree("member", [self._primary()])
        while True:
            if self._takes("."):
                name = self._word()
                if _RESERVED.fullmatch(name):
                    raise _UnusualError
                if _CALLED.match(self._text, self._at):
                    tree = _tree("member", [_tree("member_dot_arg", [tree, name, *self._arguments()])])
                else:
                    tree = _tree("member", [_tree("member_dot", [tree, name])])
            elif self._takes("["):
                index = self.expression()
                self._need("]")
                tree = _tree("member", [_tree("member_index", [tree, index])])
            else:
                return tree

    def _primary(self) -> Branch:
        self._skip()
        begin = self._at
        sign = self._text[begin : begin + 1]
        if sign in ("(", "[", "{"):
            return Tree("primary", [self._bracket(sign)], self._meta(begin))
        found = _NUMBER.match(self._text, begin) or _TEXT.match(self._text, begin)
        if found is not None:
            is_text = sign in ("'", '"')
            kind = "STRING_LIT" if is_text else "FLOAT_LIT" if "." in found[0] else "INT_LIT"
            self._at = found.end()
            return self._literal(kind, found[0], begin)
        word = self._word()
        if word in _LITERALS:
            return self._literal(_LITERALS[word], word, begin)
        if _RESERVED.fullmatch(word):
            raise _UnusualError
        is_called = _CALLED.match(self._text, self._at) is not None
        inner = _tree("ident_arg", [word, *self._arguments()]) if is_called else _tree("ident", [word])
        return _tree("primary", [inner])

    def _bracket(self, sign: str) -> Branch:
        meta = self._meta(self._at)
        self._at += 1
        if sign == "(":
            inner = self.expression()
            self._need(")")
            return Tree("paren_expr", [inner], meta)
        if sign == "[":
            return Tree("list_lit", self._listed("]"), meta)
        return Tree("map_lit", self._pairs(), meta)

    def _arguments(self) -> list[Branch | Token]:
        self._need("(")
        return self._listed(")")

    def _listed(self, closing: str) -> list[Branch | Token]:
        if self._takes(closing):
            return []
        items = [self.expression()]
        while self._takes(","):
            items.append(self.expression())
        self._need(closing)
        return [_tree("exprlist", items)]

    def _pairs(self) -> list[Branch | Token]:
        if self._takes("}"):
            return []
        items = [*self._pair()]
        while self._takes(","):
            items += self._pair()
        self._need("}")
        return [_tree("mapinits", items)]

    def _pair(self) -> tuple[Branch, Branch]:
        key = self.expression()
        self._need(":")
        return key, self.expression()

    def _literal(self, kind: str, value: str, begin: int) -> Branch:
        literal = _tree("literal", [Token(kind, value, begin, end_pos=begin + len(value), **self._place(begin))])
        return _tree("primary", [literal])

    def _word(self) -> Token:
        self._skip()
        found = _WORD.match(self._text, self._at)
        if found is None:
            raise _UnusualError
        self._at = found.end()
        return Token("IDENT", found[0], found.start(), end_pos=found.end(), **self._place(found.start()))

    def _takes(self, sign: str) -> bool:
        self._skip()
        if not self._text.startswith(sign, self._at):
            return False
        self._at += len(sign)
        return True

    def _need(self, sign: str) -> None:
        if not self._takes(sign):
            raise _UnusualError

    def _skip(self) -> None:
        found = _SPACE.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _place(self, position: int) -> dict[str, int]:
        line = self._text.count("\n", 0, position) + 1
        return {"line": line, "column": position - self._text.rfind("\n", 0, position)}

    def _meta(self, position: int) -> Meta:
        return _meta(position, **self._place(position))


def _tree(data: str, children: Sequence[Branch | Token]) -> Branch:
    """A tree that begins where its first child does."""
    first = children[0]
    meta = first.meta if isinstance(first, Tree) else _meta(first.start_pos or 0, first.line or 1, first.column or 1)
    return Tree(data, [*children], meta)


def _meta(position: int, line: int, column: int) -> Meta:
    meta = Meta()  # type: ignore[no-untyped-call]  # lark has no type for it
    meta.empty, meta.start_pos, meta.line, meta.column = False, position, line, column
    return meta
