"""Python files as text that says something: parsed, looked at, and never imported or run."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

MAX_CODE_BYTES = 300_000
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class PythonModule:
    """What stands at the top of one file: classes, functions, simple assignments, and where names come from."""

    path: str
    tree: ast.Module
    values: dict[str, ast.expr] = field(default_factory=dict)
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    imported: dict[str, str] = field(default_factory=dict)
    """A name, and the `module:name` that it stands for."""
    packages: set[str] = field(default_factory=set)
    """Names of whole modules."""

    def reference(self, name: str) -> str:
        """`module:name` of something that is named in this file."""
        return self.imported.get(name, f"{PurePosixPath(self.path).stem}:{name}")


def parsed(path: str, text: str) -> PythonModule | None:
    """The file as a tree, or `None` when it is no Python or too large to look at."""
    if len(text) > MAX_CODE_BYTES:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the author of the file may have to hear, not who imports it
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    module = PythonModule(path, tree)
    for node in tree.body:
        _note(module, node)
    return module


def decorators(node: ast.ClassDef | Function) -> set[str]:
    """The last names of what decorates a class or a function."""
    plain = (each.func if isinstance(each, ast.Call) else each for each in node.decorator_list)
    return {name for name in map(last_name, plain) if name}


def last_name(node: ast.expr | None) -> str:
    """`Tool` of `Tool` and of `crewai_tools.Tool`; empty for anything else."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def methods(owner: ast.ClassDef) -> Iterator[Function]:
    """The methods of a class, in their order."""
    yield from (node for node in owner.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def methods_with_inherited(owner: ast.ClassDef, classes: Mapping[str, ast.ClassDef]) -> list[Function]:
    """Those of a class and of the classes that it is made from, each name once: the class's own comes first."""
    found = {each.name: each for each in methods(owner)}
    bases, seen = [last_name(base) for base in owner.bases], {owner.name}
    while bases:
        name = bases.pop(0)
        base = classes.get(name)
        if base is not None and name not in seen:
            seen.add(name)
            found = {each.name: each for each in methods(base)} | found
            bases += [last_name(each) for each in base.bases]
    return list(found.values())


def returned(function: Function) -> ast.expr | None:
    """What a function returns at its end, or else in the first of its branches that returns anything."""
    last = next((node for node in reversed(function.body) if isinstance(node, ast.Return)), None)
    if last is not None:
        return last.value
    return next((node.value for node in statements(function.body) if isinstance(node, ast.Return) and node.value), None)


def returns(function: Function) -> int:
    """How many of its statements return something."""
    return sum(isinstance(node, ast.Return) and node.value is not None for node in statements(function.body))


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """All statements, those of branches too; none of functions and classes within."""
    for node in body:
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for part in ("body", "orelse", "finalbody"):
                yield from statements(getattr(node, part, []))
            for handler in getattr(node, "handlers", []):
                yield from statements(handler.body)


def assigned(body: list[ast.stmt]) -> dict[str, ast.expr]:
    """Names that are given a value in these statements, each with the last one; those of objects as `self.name`.

    What a branch assigns counts where nothing outside of branches does.
    """
    found = {name: value for node in statements(body) for name, value in _assignment(node)}
    return found | {name: value for node in body for name, value in _assignment(node)}


def own_values(owner: ast.ClassDef) -> dict[str, ast.expr]:
    """What `self` has by name: assigned in the class itself, or when one of it is made."""
    found = assigned(owner.body)
    for function in methods(owner):
        if function.name in ("__init__", "__post_init__"):
            given = assigned(function.body)
            found |= {name.removeprefix("self."): value for name, value in given.items() if name.startswith("self.")}
    return found


def is_own(node: ast.expr) -> bool:
    """Whether this is `self.name`."""
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")


def _assignment(node: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.With | ast.AsyncWith):
        opened = ((each.optional_vars, each.context_expr) for each in node.items)
        yield from ((name.id, value) for name, value in opened if isinstance(name, ast.Name))
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    if value is None or len(targets) != 1:
        return
    for target in targets:
        if isinstance(target, ast.Name):
            yield target.id, value
        elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
            yield f"{target.value.id}.{target.attr}", value


def _note(module: PythonModule, node: ast.stmt) -> None:
    if isinstance(node, ast.ClassDef):
        module.classes[node.name] = node
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        module.functions[node.name] = node
    elif isinstance(node, ast.ImportFrom):
        source = "." * node.level + (node.module or "")
        module.imported.update({alias.asname or alias.name: f"{source}:{alias.name}" for alias in node.names})
    elif isinstance(node, ast.Import):
        module.packages.update((alias.asname or alias.name).partition(".")[0] for alias in node.names)
    else:
        module.values.update(assigned([node]))
