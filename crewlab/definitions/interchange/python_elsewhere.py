"""What a file imports from other files of a project, as far as their text alone says it."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Mapping
from copy import deepcopy
from pathlib import PurePosixPath

from crewlab.definitions.interchange.python_module import PythonModule, returned

_MOST = 200
"""Names that are put in for one expression."""


def values_elsewhere(module: PythonModule, modules: Iterable[PythonModule]) -> dict[str, ast.expr]:
    """Values by the names under which they are imported; what a function returns by its name with `()`.

    Only what says everything by itself: names within it are put in, or come from packages.
    """
    found: dict[str, ast.expr] = {}
    others = {_dotted(each.path): each for each in modules if each is not module}
    for name, reference in module.imported.items():
        source, _, there = reference.partition(":")
        other = _other(source.lstrip("."), others)
        if other is None:
            continue
        if there in other.values:
            _put(found, name, other.values[there], other)
        elif there in other.functions and (made := returned(other.functions[there])) is not None:
            _put(found, f"{name}()", made, other)
    return found


def _dotted(path: str) -> str:
    pure = PurePosixPath(path)
    parts = pure.parts[:-1] if pure.name == "__init__.py" else pure.with_suffix("").parts
    return ".".join(parts)


def _other(source: str, others: Mapping[str, PythonModule]) -> PythonModule | None:
    """The file that is meant, by the end of its path: an import does not say where its root is."""
    if not source:
        return None
    return next((each for name, each in others.items() if f".{name}".endswith(f".{source}")), None)


def _put(found: dict[str, ast.expr], name: str, value: ast.expr, module: PythonModule) -> None:
    inlined = _Inlined(module)
    made = inlined.visit(deepcopy(value))
    if inlined.is_whole:
        found[name] = made


class _Inlined(ast.NodeTransformer):
    """An expression with the values of its file put in for their names."""

    def __init__(self, module: PythonModule) -> None:
        self._module, self._count = module, 0
        self._within: tuple[str, ...] = ()
        self.is_whole = True

    def visit_Name(self, node: ast.Name) -> ast.expr:
        value = self._module.values.get(node.id)
        if value is None:
            known = node.id in self._module.imported or node.id in self._module.packages
            self.is_whole &= known or hasattr(builtins, node.id)
            return node
        self._count += 1
        if node.id in self._within or self._count > _MOST:
            self.is_whole = False
            return node
        outer, self._within = self._within, (*self._within, node.id)
        made: ast.expr = self.visit(deepcopy(value))
        self._within = outer
        return made
