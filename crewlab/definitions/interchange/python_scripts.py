"""Crews that a script or a notebook makes of agents and tasks of its own, without YAML."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from crewlab.definitions.interchange.python_crew import Made, PythonCrew, read_call
from crewlab.definitions.interchange.python_elsewhere import classes_elsewhere, values_anywhere, values_elsewhere
from crewlab.definitions.interchange.python_module import (
    Function,
    PythonModule,
    assigned,
    decorators,
    last_name,
    methods,
    own_values,
    returned,
    statements,
)
from crewlab.definitions.interchange.python_scope import Scope, UnreadableError, additions
from crewlab.definitions.interchange.python_strings import said
from crewlab.definitions.interchange.python_values import Reader

_PARTS = {"agents": "Agent", "tasks": "Task"}
_DEEPEST = 8
_DEEPEST_PARTS = 100
_TESTS = ("test", "tests")


@dataclass(frozen=True)
class ScriptCrew:
    """A call of `Crew` in a file, not yet read."""

    module: PythonModule
    call: ast.Call
    scope: Scope
    variable: str
    name: str = ""
    is_named_alone: bool = True
    """Whether no other crew of the file has this variable."""


def script_crews(modules: Sequence[PythonModule]) -> list[ScriptCrew]:
    """Each call of `Crew` that is given tasks; none of tests."""
    makers = [module for module in modules if not _is_test(module.path) and _makes_a_crew(module)]
    anywhere = values_anywhere(modules) if makers else {}
    return [each for module in makers for each in _crews_in(module, modules, anywhere)]


def read_script(made: ScriptCrew, modules: Sequence[PythonModule], classes: Mapping[str, ast.ClassDef]) -> PythonCrew:
    """What the call says, with the agents and tasks that are behind its names."""
    found = PythonCrew(made.name, made.module.path, classes=classes)
    given = {each.arg: each.value for each in made.call.keywords if each.arg}
    scope, listed = made.scope, {}
    for kind in _PARTS:
        scope, listed[kind] = _opened(scope, given.get(kind))
    reader = Reader(scope, classes, found.notes, found.records)
    rest = [keyword for keyword in made.call.keywords if keyword.arg not in (*_PARTS, "manager_agent")]
    found.crew.update(reader.fields(ast.Call(made.call.func, [], rest), "crew"))
    parts = _Parts(found, reader, classes_elsewhere(made.module, modules))
    for kind, node in listed.items():
        order = [parts.put(kind, each) for each in parts.listed(kind, node)]
        made_parts = found.makes(kind)
        for name in filter(None, order):  # a context is read before the task that it belongs to
            made_parts[name] = made_parts.pop(name)
    manager = given.get("manager_agent")
    if manager is not None and (name := parts.put("agents", manager)):
        found.crew["manager_agent"] = name
    return found


def _opened(scope: Scope, node: ast.expr | None) -> tuple[Scope, ast.expr | None]:
    """The list that a function makes, with what that function can see."""
    name = last_name(node.func) if isinstance(node, ast.Call) else ""
    function = scope.methods.get(name)
    if function is None:
        return scope, node
    inner = scope.inside(function)
    both = replace(scope, local={**inner.local, **scope.local}, added={**inner.added, **scope.added})
    return both, returned(function)


@dataclass(frozen=True)
class _Parts:
    """The agents and tasks of one script."""

    found: PythonCrew
    reader: Reader
    makers: Mapping[str, tuple[ast.ClassDef, Scope]]
    """Classes whose methods make agents and tasks, by their names here."""
    open_names: list[str] = field(default_factory=list)
    """Of what is being read: a context may lead back to it."""

    def listed(self, kind: str, node: ast.expr | None, depth: int = 0) -> Sequence[ast.expr]:
        """The expressions in a list, and what is added to it; what cannot be read is said."""
        if node is None:
            return ()
        try:
            found = [*self.reader.items(node)]
        except UnreadableError as error:
            self.found.note(f"crew.{kind}", f"left out: it is known only when Python runs ({error})")
            return ()
        for added in self.reader.scope.added.get(last_name(node), ()) if depth < _DEEPEST else ():
            more = self.listed(kind, added.values, depth + 1)
            if added.is_conditional and more:
                what = "taken over once; Python adds it under a condition, or in a loop"
                self.found.note(f"crew.{kind}", f"{said(more[0])}: {what}")
            found += more
        return found

    def put(self, kind: str, node: ast.expr) -> str:
        """Read what an expression makes, once; its name, or an empty text for what makes nothing."""
        is_named = isinstance(node, ast.Name | ast.Attribute)
        name = last_name(node) if is_named else self.reader.scope.method_behind(node)
        if name and (name in self.found.makes(kind) or name in self.open_names):
            return name
        if len(self.open_names) > _DEEPEST_PARTS:
            return ""
        self.open_names.append(name)
        made = self._made(kind, node, name)
        self.open_names.pop()
        if made is None:
            self.found.note(f"crew.{kind}", f"left out: {said(node)} is known only when Python runs")
            return ""
        name, part = made
        self.found.makes(kind)[name] = part
        return name

    def _made(self, kind: str, node: ast.expr, name: str) -> tuple[str, Made] | None:
        call = self.reader.resolved(node)
        if not isinstance(call, ast.Call):
            return None
        if last_name(call.func).endswith(_PARTS[kind]):
            name = name or self._own_name(kind, call)
            return name, self._with_names(kind, name, call, self.reader, {})
        return self._of_maker(kind, call, name)

    def _of_maker(self, kind: str, call: ast.Call, name: str) -> tuple[str, Made] | None:
        """What a method of a class of the project, or a function with parameters, makes."""
        found = self._maker(call)
        if found is None:
            return None
        function, scope = found
        reader = replace(self.reader, scope=scope.inside(function))
        inner = reader.resolved(returned(function))
        if not isinstance(inner, ast.Call) or not last_name(inner.func).endswith(_PARTS[kind]):
            return None
        name = name or function.name
        return name, self._with_names(kind, name, inner, reader, _bound(function, call))

    def _maker(self, call: ast.Call) -> tuple[Function, Scope] | None:
        if isinstance(call.func, ast.Name):
            function = self.reader.scope.module.functions.get(call.func.id)
            return (function, replace(self.reader.scope, local={}, added={})) if function else None
        owner = self.reader.resolved(call.func.value) if isinstance(call.func, ast.Attribute) else None
        known = self.makers.get(last_name(owner.func)) if isinstance(owner, ast.Call) else None
        if known is None:
            return None
        by_name = {each.name: each for each in methods(known[0])}
        function = by_name.get(last_name(call.func))
        return (function, known[1]) if function else None

    def _with_names(self, kind: str, name: str, call: ast.Call, reader: Reader, bound: Mapping[str, ast.expr]) -> Made:
        """The part, with the agent and the context that it is given put among the others."""
        given = {each.arg: each.value for each in call.keywords if each.arg in ("agent", "context")}
        later = self.reader.scope.local.get(f"{name}.context") or self.reader.scope.module.values.get(f"{name}.context")
        rest = ast.Call(call.func, [], [each for each in call.keywords if each.arg not in given or kind == "agents"])
        made = read_call(self.found, reader, rest, f"{kind}.{name}", name)
        agent = given.get("agent")
        if kind == "tasks" and agent is not None:
            put = self.put("agents", _behind(agent, bound))
            made.fields.update({"agent": put} if put else {})
        context = later or _behind(given["context"], bound) if later or given.get("context") is not None else None
        if kind == "tasks" and context is not None:
            made.fields["context"] = [put for each in self.listed("tasks", context) if (put := self.put("tasks", each))]
        return made

    def _own_name(self, kind: str, call: ast.Call) -> str:
        """A name for what is made in the midst of a list: that it is given, its role, or its place."""
        given = {each.arg: each.value for each in call.keywords}
        node = given.get("name") or given.get("role")
        text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
        plain = "_".join("".join(letter if letter.isalnum() else " " for letter in text.lower()).split())[:60]
        count = len(self.found.makes(kind)) + 1
        return plain if plain and plain not in self.found.makes(kind) else f"{kind.removesuffix('s')}_{count}"


def _behind(node: ast.expr, bound: Mapping[str, ast.expr]) -> ast.expr:
    """What a parameter stands for where the method is called."""
    return bound.get(node.id, node) if isinstance(node, ast.Name) else node


def _bound(function: Function, call: ast.Call) -> dict[str, ast.expr]:
    names = [each.arg for each in function.args.args if each.arg not in ("self", "cls")]
    return dict(zip(names, call.args, strict=False)) | {each.arg: each.value for each in call.keywords if each.arg}


def _makes_a_crew(module: PythonModule) -> bool:
    return any(isinstance(node, ast.Call) and last_name(node.func) == "Crew" for node in ast.walk(module.tree))


def _crews_in(
    module: PythonModule, modules: Sequence[PythonModule], anywhere: Mapping[str, ast.expr]
) -> Iterator[ScriptCrew]:
    elsewhere = {**anywhere, **values_elsewhere(module, modules)}
    outer = Scope(module, module.functions, elsewhere=elsewhere)
    top = [
        node for node in module.tree.body if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    found = [*_calls(module, top, outer)]
    for function in module.functions.values():
        found += _calls(module, function.body, outer)
    for owner in module.classes.values():
        if "CrewBase" not in decorators(owner):
            inner = Scope(module, {each.name: each for each in methods(owner)}, own_values(owner), elsewhere)
            for function in methods(owner):
                found += _calls(module, function.body, inner)
    count = Counter(each.variable for each in found)
    for each in found:
        name = f"{_stem(module.path)}_{each.variable}"
        yield each if len(found) == 1 else replace(each, name=name, is_named_alone=count[each.variable] == 1)


def _calls(module: PythonModule, body: list[ast.stmt], scope: Scope) -> Iterator[ScriptCrew]:
    """The crews that are made in these statements, each with what is assigned before it: names are used again."""
    for node in statements(body):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        variable = next((name.removeprefix("self.") for name in assigned([node])), "crew")
        for call in _own_calls(node):
            if last_name(call.func) == "Crew" and any(each.arg == "tasks" for each in call.keywords):
                before = [each for each in body if each.lineno <= node.lineno]
                seen = replace(scope, local=assigned(before), added=additions(before))
                yield ScriptCrew(module, call, seen, variable)


def _own_calls(node: ast.stmt) -> Iterator[ast.Call]:
    """The calls of a statement, none of those of statements within it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield from (each for each in ast.walk(child) if isinstance(each, ast.Call))


def _stem(path: str) -> str:
    pure = PurePosixPath(path)
    return pure.parts[-2] if pure.stem in ("main", "crew", "__init__") and len(pure.parts) > 1 else pure.stem


def _is_test(path: str) -> bool:
    pure = PurePosixPath(path)
    return pure.name.startswith("test_") or any(part in _TESTS for part in pure.parts[:-1])
