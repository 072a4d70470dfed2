"""Python files as text that says something: parsed, looked at, and never imported or run."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
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


def returned(function: Function) -> ast.expr | None:
    """What a function returns at its end."""
    last = next((node for node in reversed(function.body) if isinstance(node, ast.Return)), None)
    return last.value if last else None


def assigned(body: list[ast.stmt]) -> dict[str, ast.expr]:
    """Names that are given a value in these statements, each with the last one."""
    found: dict[str, ast.expr] = {}
    for node in body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            found[node.target.id] = node.value
    return found


def _note(module: PythonModule, node: ast.stmt) -> None:
    if isinstance(node, ast.ClassDef):
        module.classes[node.name] = node
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        module.functions[node.name] = node
    elif isinstance(node, ast.ImportFrom):
        source = "." * node.level + (node.module or "")
        module.imported.update({alias.asname or alias.name: f"{source}:{alias.name}" for alias in node.names})
    else:
        module.values.update(assigned([node]))
