"""What a file imports from other files of a project, as far as their text alone says it."""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from pathlib import PurePosixPath
from typing import Any

from crewlab.definitions.interchange.python_module import PythonModule, last_name, methods, own_values, returned
from crewlab.definitions.interchange.python_scope import Scope

_MOST = 500
"""Parts of an expression that are put in for names."""


def values_elsewhere(module: PythonModule, modules: Iterable[PythonModule]) -> dict[str, ast.expr]:
    """Values by the names under which they are imported; what a function returns by its name with `()`.

    Only what says everything by itself: names within it are put in, or come from packages. Agents and tasks keep
    their names, since several may share one.
    """
    others = {_dotted(each.path): each for each in modules if each is not module}
    found: dict[str, ast.expr] = {}
    for name in module.imported:
        there = _imported(module, name, others)
        if there is not None:
            _put(found, name, *there, others)
    return found


def values_anywhere(modules: Sequence[PythonModule]) -> dict[str, ast.expr]:
    """The same of all files, for names that only one of them has: a script's parts may name each other's."""
    count = Counter(name for module in modules for name in module.values)
    others = {_dotted(each.path): each for each in modules}
    found: dict[str, ast.expr] = {}
    for module in modules:
        for name in module.values:
            if count[name] == 1:
                _put(found, name, module, name, others)
    return found


def classes_elsewhere(module: PythonModule, modules: Iterable[PythonModule]) -> dict[str, tuple[ast.ClassDef, Scope]]:
    """The classes of a file and those that it imports from others, by their names there, with what they can see."""
    found = {name: (owner, _scope(module, owner, modules)) for name, owner in module.classes.items()}
    others = {_dotted(each.path): each for each in modules if each is not module}
    for name, reference in module.imported.items():
        source, _, there = reference.partition(":")
        other = _other(source.lstrip("."), others)
        if other is not None and there in other.classes:
            found[name] = other.classes[there], _scope(other, other.classes[there], modules)
    return found


def _scope(module: PythonModule, owner: ast.ClassDef, modules: Iterable[PythonModule]) -> Scope:
    named = {each.name: each for each in methods(owner)}
    return Scope(module, named, own_values(owner), values_elsewhere(module, modules))


def _dotted(path: str) -> str:
    pure = PurePosixPath(path)
    parts = pure.parts[:-1] if pure.name == "__init__.py" else pure.with_suffix("").parts
    return ".".join(parts)


def _other(source: str, others: Mapping[str, PythonModule]) -> PythonModule | None:
    """The file that is meant, by the end of its path: an import does not say where its root is."""
    if not source:
        return None
    return next((each for name, each in others.items() if f".{name}".endswith(f".{source}")), None)


def _imported(module: PythonModule, name: str, others: Mapping[str, PythonModule]) -> tuple[PythonModule, str] | None:
    """Where a name is from, and what it is called there."""
    source, _, there = module.imported[name].partition(":")
    other = _other(source.lstrip("."), others)
    return None if other is None else (other, there)


def _put(
    found: dict[str, ast.expr], name: str, module: PythonModule, there: str, others: Mapping[str, PythonModule]
) -> None:
    value, key = module.values.get(there), name
    if value is None and there in module.functions:
        value, key = returned(module.functions[there]), f"{name}()"
    if value is None and there in module.imported and (further := _imported(module, there, others)):
        module, there = further
        value = module.values.get(there)
    if value is not None:
        inlined = _Inlined(module, others)
        made = inlined.expression(value)
        if inlined.is_whole:
            found[key] = made


class _Inlined:
    """An expression with the values of its file, and of those that it imports from, put in for their names."""

    def __init__(self, module: PythonModule, others: Mapping[str, PythonModule]) -> None:
        self._module, self._others, self._count = module, others, 0
        self._within: tuple[tuple[str, str], ...] = ()
        self.is_whole = True

    def expression(self, node: ast.expr) -> ast.expr:
        """A copy; `is_whole` tells afterwards whether it says everything by itself."""
        made: ast.expr = self._copy(node)
        return made

    def _copy(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self._copy(each) for each in node]
        if not isinstance(node, ast.AST):
            return node
        self._count += 1
        self.is_whole &= self._count <= _MOST
        if not self.is_whole:
            return node
        if isinstance(node, ast.Name):
            return self._named(node)
        made = copy(node)
        for name, value in ast.iter_fields(node):
            setattr(made, name, self._copy(value))
        return made

    def _named(self, node: ast.Name) -> ast.expr:
        module, name = self._module, node.id
        if name in module.imported and (there := _imported(module, name, self._others)):
            module, name = there
        value = module.values.get(name)
        if value is None or _is_part(value):
            self.is_whole &= value is not None or self._is_known(node.id)
            return node
        if (module.path, name) in self._within:
            self.is_whole = False
            return node
        outer = self._module, self._within
        self._module, self._within = module, (*self._within, (module.path, name))
        made: ast.expr = self._copy(value)
        self._module, self._within = outer
        return made

    def _is_known(self, name: str) -> bool:
        module = self._module
        places = (module.imported, module.packages, module.classes, module.functions)
        return any(name in each for each in places) or hasattr(builtins, name)


def _is_part(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and last_name(value.func).endswith(("Agent", "Task"))
