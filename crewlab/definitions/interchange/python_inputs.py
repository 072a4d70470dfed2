"""The inputs that a project's own script starts its crew with: what a person would be asked for first."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from crewlab.definitions.interchange.python_module import PythonModule, assigned, last_name, methods
from crewlab.definitions.interchange.python_scope import Scope, UnreadableError
from crewlab.definitions.interchange.python_values import Reader

_STARTS = ("kickoff", "kickoff_async", "akickoff")


class Inputs(NamedTuple):
    """Values by their names, and where they stand."""

    values: dict[str, Any]
    path: str
    unknown: tuple[str, ...]
    """Names whose values are known only when the script runs."""


def inputs_of(modules: Iterable[PythonModule], makers: Collection[str], wanted: Collection[str]) -> Inputs | None:
    """What a script gives to the crew that one of `makers`, classes or variables, is, of the names that are `wanted`.

    The first script that gives any of them counts.
    """
    for module in modules:
        for given, scope in _given(module, makers):
            read = _read(given, scope, wanted)
            if read.values:
                return read
    return None


def using(modules: Iterable[PythonModule], name: str) -> list[PythonModule]:
    """The files that have a class or import it."""
    return [module for module in modules if name in module.imported or name in module.classes]


def _given(module: PythonModule, makers: Collection[str]) -> Iterator[tuple[ast.Dict, Scope]]:
    for body in _bodies(module):
        scope = Scope(module, local=assigned(body))
        for call in (node for statement in body for node in ast.walk(statement) if isinstance(node, ast.Call)):
            if isinstance(call.func, ast.Attribute) and call.func.attr in _STARTS and _is_of(call, scope, makers):
                given = next((each.value for each in call.keywords if each.arg == "inputs"), None)
                node = given or (call.args[0] if call.args else None)
                found = _dict(node, scope)
                if found is not None:
                    yield found, scope


def _bodies(module: PythonModule) -> Iterator[list[ast.stmt]]:
    """The functions of a file and of its classes, and what stands outside of them."""
    for function in module.functions.values():
        yield function.body
    for owner in module.classes.values():
        yield from (function.body for function in methods(owner))
    yield [
        node for node in module.tree.body if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def _is_of(call: ast.Call, scope: Scope, makers: Collection[str]) -> bool:
    """Whether what is started comes from one of them, at once or over up to two variables."""
    named = _names_in(call.func)
    for _ in range(2):
        named |= {inner for name in named if name in scope.local for inner in _names_in(scope.local[name])}
    return any(name in makers for name in named)


def _names_in(node: ast.expr) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def _dict(node: ast.expr | None, scope: Scope) -> ast.Dict | None:
    try:
        found = None if node is None else scope.resolved(node)
    except UnreadableError:
        return None
    if isinstance(found, ast.Call) and last_name(found.func) == "dict" and not found.args:
        keys: list[ast.expr | None] = [ast.Constant(each.arg) for each in found.keywords if each.arg]
        return ast.Dict(keys, [each.value for each in found.keywords if each.arg])
    return found if isinstance(found, ast.Dict) else None


def _read(given: ast.Dict, scope: Scope, wanted: Collection[str]) -> Inputs:
    reader = Reader(scope, {}, [], [])
    values: dict[str, Any] = {}
    unknown: list[str] = []
    for key, node in zip(given.keys, given.values, strict=True):
        name = key.value if isinstance(key, ast.Constant) else None
        if not isinstance(name, str) or name not in wanted:
            continue
        try:
            values[name] = reader.value(node)
        except UnreadableError:
            unknown.append(name)
    return Inputs(values, scope.module.path, tuple(unknown))
