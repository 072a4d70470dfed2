"""The YAML that a crew's Python names: which files, and which entry of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

from crewlab.definitions.interchange.python_module import PythonModule, last_name, own_values
from crewlab.definitions.interchange.python_scope import Scope, UnreadableError
from crewlab.definitions.interchange.source_files import SourceFiles, folder_of, join

_ENDINGS = (".yaml", ".yml")
USUAL = {"agents_config": "config/agents.yaml", "tasks_config": "config/tasks.yaml"}
"""Where crewAI looks for a class that names no files."""


def config_path(files: SourceFiles, module: PythonModule, owner: ast.ClassDef, field: str) -> str | None:
    """The YAML that a class has under `agents_config` or `tasks_config`; `None` when it is not among the files."""
    said, folder = config_said(owner, field), folder_of(module.path)
    is_plain = isinstance(own_values(owner).get(field), ast.Constant | None)
    return files.first(*_beside(folder, said), *(() if is_plain else _elsewhere(files, folder, said)))


def config_said(owner: ast.ClassDef, field: str) -> str:
    """The path that the class says, put together where it does so in pieces; the usual one where it says none."""
    node = own_values(owner).get(field)
    parts = [each for each in _texts(node) if each] if node is not None else []
    path = "/".join(parts).replace("\\", "/")
    return path if path.endswith(_ENDINGS) else USUAL[field]


def config_entry(node: ast.expr, scope: Scope) -> str:
    """`x` of `self.agents_config["x"]`, however it is wrapped; empty for any other expression."""
    try:
        resolved = scope.resolved(node)
    except UnreadableError:
        return ""
    return next(filter(None, map(_entry, ast.walk(resolved))), "")


def is_entry_field(node: ast.expr, field: str) -> bool:
    """Whether this is `self.agents_config["x"]["field"]`: what the YAML says anyway."""
    inner = node.value if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) else None
    return inner is not None and node.slice.value == field and bool(_entry(inner))  # type: ignore[attr-defined]  # as inner says


def _texts(node: ast.expr) -> Iterator[str]:
    """The texts in an expression, in their order."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield from _texts(child)


def _beside(folder: str, said: str) -> Iterator[str]:
    """Where crewAI looks, and where several uploads without their folders are."""
    yield join(folder, said)
    if not folder:
        yield PurePosixPath(said).name


def _elsewhere(files: SourceFiles, folder: str, said: str) -> Iterator[str]:
    """Where a path that the code puts together may lead: the folders above, or the one file with such an end."""
    while folder:
        folder = folder_of(folder)
        yield join(folder, said.lstrip("./"))
    end = PurePosixPath(said).parts[-2:]
    alike = [path for path in files.contents if PurePosixPath(path).parts[-2:] == end]
    yield from alike if len(alike) == 1 else ()


def _entry(node: ast.AST) -> str:
    if isinstance(node, ast.Subscript) and _is_config(node.value) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value)
    is_get = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get"
    if is_get and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        first = node.args[0]
        return str(first.value) if _is_config(node.func.value) and isinstance(first, ast.Constant) else ""
    return ""


def _is_config(node: ast.expr) -> bool:
    return last_name(node) in USUAL
