"""The tools that a crew's Python gives to agents and tasks."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from crewlab.definitions.interchange.configured_tools import name_for, settings_of, tool_record
from crewlab.definitions.interchange.notes import Note
from crewlab.definitions.interchange.python_module import is_own, last_name
from crewlab.definitions.interchange.python_scope import Budget, Scope, UnreadableError
from crewlab.definitions.interchange.python_strings import left_out, said
from crewlab.definitions.library.tool_catalogue import tool_specs
from crewlab.definitions.library.tool_records import ToolRecord

_OF_CREWAI = ("crewai_tools", "crewai.tools", "crewai")
_DEEPEST = 20


@dataclass(frozen=True)
class ToolReader:
    """What is needed to tell tools."""

    scope: Scope
    notes: list[Note]
    """What cannot be read is said here."""
    records: list[ToolRecord]
    """Tools with settings are put here, and named by what they are called."""
    value: Callable[[ast.expr], Any]
    """Reads a setting; raises `UnreadableError`."""
    budget: Budget


def tools_in(reader: ToolReader, node: ast.expr, where: str) -> list[str]:
    """Each tool by the name of its class or function, or of the record that its settings make.

    Raises:
        UnreadableError: It is no list that could be looked into.
    """
    found: list[str] = []
    for each in _parts(reader, node, where, 0):
        try:
            found.append(_tool(reader, each, where))
        except UnreadableError as error:
            reader.notes.append(Note(where, left_out(error)))
    return list(dict.fromkeys(found))


def _parts(reader: ToolReader, node: ast.expr, where: str, depth: int) -> Iterator[ast.expr]:
    """The parts of a list, of lists that are added to it, and of lists within it that are unpacked."""
    reader.budget.spend()
    made = reader.scope.resolved(node)
    if isinstance(made, ast.List | ast.Tuple) and depth < _DEEPEST:
        for each in made.elts:
            yield from _some(reader, each.value, where, depth) if isinstance(each, ast.Starred) else iter([each])
    elif isinstance(made, ast.BinOp) and isinstance(made.op, ast.Add) and depth < _DEEPEST:
        yield from _some(reader, made.left, where, depth)
        yield from _some(reader, made.right, where, depth)
    elif isinstance(made, ast.IfExp) and depth < _DEEPEST:
        for each in _some(reader, made.body, where, depth):
            reader.notes.append(Note(where, f"{said(each)} is taken over; Python adds it only under a condition"))
            yield each
    elif isinstance(made, ast.Call) and last_name(made.func) == "list" and len(made.args) == 1:
        yield from _some(reader, made.args[0], where, depth)
    else:
        is_server = isinstance(made, ast.Call) and last_name(made.func) == "MCPServerAdapter"
        raise UnreadableError(said(made if is_server else node))
    yield from _added(reader, node, where, depth)


def _some(reader: ToolReader, node: ast.expr, where: str, depth: int) -> Iterator[ast.expr]:
    """The parts that can be read; a list that cannot is noted alone, so that the others stay."""
    try:
        yield from _parts(reader, node, where, depth + 1)
    except UnreadableError as error:
        reader.notes.append(Note(where, left_out(error)))


def _added(reader: ToolReader, node: ast.expr, where: str, depth: int) -> Iterator[ast.expr]:
    for added in reader.scope.added.get(last_name(node), ()) if isinstance(node, ast.Name) else ():
        for each in _some(reader, added.values, where, depth):
            if added.is_conditional:
                reader.notes.append(Note(where, f"{said(each)} is taken over; Python adds it only under a condition"))
            yield each


def _tool(reader: ToolReader, node: ast.expr, where: str) -> str:
    named = _own_name(reader, node)
    made = reader.scope.resolved(node)
    if isinstance(made, ast.Constant) and isinstance(made.value, str):
        return made.value
    kind = last_name(made.func) if isinstance(made, ast.Call) else last_name(made)
    if not kind or (isinstance(made, ast.Call) and not _makes_a_tool(made, kind)):
        raise UnreadableError(said(made))
    reference = _of_the_project(reader, made, kind)
    if reference is not None:
        rest = "; crewAI's own of this name is in its place" if kind in tool_specs() else ", or take it out"
        where_from = f" ({reference})" if reference else ""
        what = f"{kind} is code{where_from}, which is not run: make a tool for it in the Library"
        reader.notes.append(Note(where, f"{what}{rest}"))
    elif isinstance(made, ast.Call) and (made.args or made.keywords):
        return _configured(reader, made, kind, named, where)
    return kind


def _makes_a_tool(call: ast.Call, kind: str) -> bool:
    """A class that is made, or a function that needs nothing; not the method of something that looks tools up."""
    return kind[:1].isupper() or (isinstance(call.func, ast.Name) and not call.args and not call.keywords)


def _of_the_project(reader: ToolReader, made: ast.expr, kind: str) -> str | None:
    """Where the code of a tool is, as far as that is seen; `None` for one of crewAI's."""
    named = made.func if isinstance(made, ast.Call) else made
    root = named.value.id if isinstance(named, ast.Attribute) and isinstance(named.value, ast.Name) else kind
    module = reader.scope.module
    source = module.imported.get(root, "").partition(":")[0]
    if root in module.classes or root in module.functions:
        return module.path
    if source and not source.startswith(_OF_CREWAI):
        return source
    return None if kind in tool_specs() else source


def _configured(reader: ToolReader, call: ast.Call, kind: str, named: str, where: str) -> str:
    if record := _record(reader, named or name_for(kind), kind, call):
        reader.notes.append(Note(where, f"{said(call)} becomes the tool {record.name!r} of the Library"))
        return record.name
    what = f"{kind} without its settings ({said(call)}): make a tool of that type with them in the Library"
    reader.notes.append(Note(where, what))
    return kind


def _record(reader: ToolReader, name: str, kind: str, call: ast.Call) -> ToolRecord | None:
    """The settings of a tool under a name that no other settings have."""
    settings = settings_of(call, reader.value)
    taken = {each.name for each in reader.records}
    for wanted in (name, *(f"{name}-{number}" for number in range(2, 10))):
        record = None if settings is None else tool_record(wanted, kind, settings)
        if record is None or record in reader.records:
            return record
        if wanted not in taken:
            reader.records.append(record)
            return record
    return None


def _own_name(reader: ToolReader, node: ast.expr) -> str:
    """What the crew itself calls a tool: its method, its attribute, or its variable."""
    if isinstance(node, ast.Name):
        return node.id
    if is_own(node):
        return last_name(node)
    is_made = isinstance(node, ast.Call) and last_name(node.func) in reader.scope.methods
    return last_name(node.func) if is_made and isinstance(node, ast.Call) else ""
