"""What the names in a piece of Python stand for: looked up in its text, never run."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from crewlab.definitions.interchange.python_module import Function, PythonModule, assigned, is_own, last_name, returned

_DEEPEST = 40


class UnreadableError(ValueError):
    """Carries the expression that says nothing without being run."""


class Budget:
    """How much one field may cost to read: names that stand for names twice over would never come to an end."""

    MOST = 5_000

    def __init__(self) -> None:
        self._spent = 0

    def renew(self) -> None:
        """Another field begins."""
        self._spent = 0

    def spend(self) -> None:
        """One step. Raises `UnreadableError` when there were too many."""
        self._spent += 1
        if self._spent > self.MOST:
            raise UnreadableError("too many names that stand for each other")


@dataclass(frozen=True)
class Added:
    """What is put into a list after it was made."""

    values: ast.expr
    """A list."""
    is_conditional: bool


@dataclass(frozen=True)
class Scope:
    """The names that one method can see."""

    module: PythonModule
    methods: Mapping[str, Function] = field(default_factory=dict)
    """Of the class, or the functions of the file where there is none."""
    own: Mapping[str, ast.expr] = field(default_factory=dict)
    """What `self` has."""
    elsewhere: Mapping[str, ast.expr] = field(default_factory=dict)
    """What is imported from other files; a name with `()` is what the function of that name returns."""
    local: Mapping[str, ast.expr] = field(default_factory=dict)
    added: Mapping[str, list[Added]] = field(default_factory=dict)

    def inside(self, function: Function) -> Scope:
        """The same with what one method assigns and adds."""
        return replace(self, local=assigned(function.body), added=additions(function.body))

    def resolved(self, node: ast.expr) -> ast.expr:
        """What an expression stands for, as far as it is only names and calls without arguments.

        Raises:
            UnreadableError: Names stand for each other in a circle.
        """
        for _ in range(_DEEPEST):
            found = self.behind(node)
            if found is None:
                return node
            node = found
        raise UnreadableError("names that stand for each other in a circle")

    def behind(self, node: ast.expr) -> ast.expr | None:
        """One step of it; `None` for an expression that stands for itself."""
        if isinstance(node, ast.Name):
            values: tuple[Mapping[str, ast.expr], ...] = (self.local, self.module.values, self.elsewhere)
            return next((each[node.id] for each in values if node.id in each), None)
        if is_own(node):
            name = last_name(node)
            return self.local.get(f"self.{name}") or self.own.get(name)
        if isinstance(node, ast.Call) and not node.args and not node.keywords:
            return self._called(node)
        return None

    def method_behind(self, node: ast.expr) -> str:
        """The method that makes what an expression stands for; empty for none."""
        for _ in range(_DEEPEST):
            name = last_name(node.func) if isinstance(node, ast.Call) else last_name(node)
            made_by = node.func if isinstance(node, ast.Call) else node
            if name in self.methods and (is_own(made_by) or isinstance(node, ast.Call)):
                return name
            if kept_by := self._kept_by(node):
                return kept_by
            found = self.behind(node) if isinstance(node, ast.Name | ast.Attribute) else None
            if found is None:
                return ""
            node = found
        return ""

    def _called(self, node: ast.Call) -> ast.expr | None:
        name = last_name(node.func)
        function = self.methods.get(name) or self.module.functions.get(name)
        if function is None:
            return self.elsewhere.get(f"{name}()")
        found = returned(function)
        if isinstance(found, ast.Name | ast.Attribute):
            key = found.id if isinstance(found, ast.Name) else f"self.{found.attr}"
            return assigned(function.body).get(key, found)
        return found

    def _kept_by(self, node: ast.expr) -> str:
        """The method that puts its result into this attribute, as one does to make a thing once."""
        if not is_own(node):
            return ""
        key = f"self.{last_name(node)}"
        return next((name for name, made in self.methods.items() if _keeps(made, key)), "")


def _keeps(function: Function, key: str) -> bool:
    found = returned(function)
    return found is not None and is_own(found) and f"self.{last_name(found)}" == key and key in assigned(function.body)


def additions(body: list[ast.stmt]) -> dict[str, list[Added]]:
    """What statements put into lists, by the names of these."""
    found: dict[str, list[Added]] = {}
    for node, is_conditional in _statements(body, False):
        name, values = _addition(node)
        if name and values is not None:
            found.setdefault(name, []).append(Added(values, is_conditional))
    return found


def _statements(body: list[ast.stmt], is_conditional: bool) -> Iterator[tuple[ast.stmt, bool]]:
    for node in body:
        yield node, is_conditional
        if isinstance(node, ast.If | ast.Try | ast.With | ast.For | ast.While):
            inner = [*node.body, *getattr(node, "orelse", []), *getattr(node, "finalbody", [])]
            yield from _statements(inner, is_conditional or not isinstance(node, ast.With))


def _addition(node: ast.stmt) -> tuple[str, ast.expr | None]:
    """`tools` and the list `[x]` of `tools.append(x)`, `tools.extend([x])` and `tools += [x]`."""
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
        return last_name(node.target), node.value
    call = node.value if isinstance(node, ast.Expr) else None
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and len(call.args) == 1:
        if call.func.attr == "append":
            return last_name(call.func.value), ast.List([call.args[0]])
        if call.func.attr == "extend":
            return last_name(call.func.value), call.args[0]
    return "", None
