"""What the expressions of a crew's Python stand for, as far as their text alone says it."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crewlab.definitions.interchange.configured_tools import name_for, settings_of, tool_record
from crewlab.definitions.interchange.notes import Note
from crewlab.definitions.interchange.python_module import Function, PythonModule, assigned, last_name, returned
from crewlab.definitions.interchange.python_schemas import NoSchemaError, schema_of
from crewlab.definitions.library.tool_records import ToolRecord

_DEEPEST = 40
_SHOWN = 80
_SOURCES = {
    "StringKnowledgeSource": "string",
    "TextFileKnowledgeSource": "file",
    "CSVKnowledgeSource": "file",
    "PDFKnowledgeSource": "file",
    "JSONKnowledgeSource": "file",
}
_SOURCE_FIELDS = ("content", "file_paths", "chunk_size", "chunk_overlap")
_CODE = frozenset(
    {"guardrail", "guardrails", "callback", "step_callback", "task_callback", "condition", "callbacks"}
    | {"before_kickoff_callbacks", "after_kickoff_callbacks", "converter_cls"}
)
_SCHEMAS = frozenset({"output_json", "output_pydantic", "response_model"})
_NAMES = frozenset({"agent", "manager_agent", "context"})


class UnreadableError(ValueError):
    """Carries the expression that says nothing without being run."""


@dataclass(frozen=True)
class Reader:
    """Reads the fields of one crew: its module, the methods of its class, and the classes of all files."""

    module: PythonModule
    named: Mapping[str, Function]
    """The methods of the class."""
    classes: Mapping[str, ast.ClassDef]
    notes: list[Note]
    """What cannot be read is said here."""
    tools: list[ToolRecord]
    """Tools with settings are put here, and named by what they are called."""
    local: Mapping[str, ast.expr] = field(default_factory=dict)

    def inside(self, function: Function) -> Reader:
        """The same with the assignments of one method."""
        return Reader(self.module, self.named, self.classes, self.notes, self.tools, assigned(function.body))

    def fields(self, call: ast.Call, where: str) -> dict[str, Any]:
        """The keywords of a call as fields of a document; what cannot be read is noted."""
        found: dict[str, Any] = {}
        for keyword in call.keywords:
            if keyword.arg in (None, "config"):
                continue
            place = f"{where}.{keyword.arg}"
            try:
                found[str(keyword.arg)] = self._field(str(keyword.arg), keyword.value, place)
            except UnreadableError as error:
                self.notes.append(Note(place, f"left out: it is known only when Python runs ({error})"))
        return found

    def resolved(self, node: ast.expr | None) -> ast.expr | None:
        """What a name stands for, if it stands for anything."""
        try:
            return None if node is None else self._resolved(node)
        except UnreadableError:
            return None

    def names_in_list(self, node: ast.expr) -> list[str] | None:
        """The names of the methods that a list calls; `None` for anything else, such as `self.tasks`."""
        if not isinstance(node, ast.List | ast.Tuple):
            return None
        try:
            return [str(self._names(each)) for each in node.elts]
        except UnreadableError:
            return None

    def _field(self, name: str, node: ast.expr, where: str) -> Any:
        if name == "tools":
            return [self._tool(each, where) for each in self._items(node)]
        if name in _NAMES:
            return self._names(node)
        if name in _SCHEMAS:
            return self._schema(node, where)
        if name in _CODE:
            return self._code(node)
        if name == "process":
            return last_name(node) or self._value(node)
        if name == "knowledge_sources":
            return [self._source(each) for each in self._items(node)]
        return self._value(node)

    def _value(self, node: ast.expr, depth: int = 0) -> Any:
        """A literal, what a name stands for, or a model."""
        node = self._resolved(node)
        if depth > _DEEPEST:
            raise UnreadableError("an expression that is nested too deep")
        if isinstance(node, ast.Constant) and isinstance(node.value, str | int | float | bool | None):
            return node.value
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            return [self._value(each, depth + 1) for each in node.elts]
        if isinstance(node, ast.Dict) and None not in node.keys:
            pairs = zip(node.keys, node.values, strict=True)
            return {str(self._value(key, depth + 1)): self._value(item, depth + 1) for key, item in pairs if key}
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return _negative(self._value(node.operand, depth + 1))
        if isinstance(node, ast.Call):
            return self._called(node, depth)
        raise UnreadableError(_said(node))

    def _called(self, node: ast.Call, depth: int) -> Any:
        """`LLM(...)` as an object, `os.getenv(name, default)` as its default, `dedent(text)` as the text."""
        name = last_name(node.func)
        if name == "LLM":
            return self._model(node, depth)
        if name in ("getenv", "get") and len(node.args) == 2:
            return self._value(node.args[1], depth + 1)
        if name == "dedent" and len(node.args) == 1:
            text = self._value(node.args[0], depth + 1)
            return textwrap.dedent(text) if isinstance(text, str) else text
        raise UnreadableError(_said(node))

    def _model(self, node: ast.Call, depth: int) -> Any:
        """A model without its key: that is where the keys are."""
        first = {"model": node.args[0]} if node.args else {}
        given = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg and keyword.arg != "api_key"}
        model = {name: self._value(each, depth + 1) for name, each in {**first, **given}.items()}
        return model["model"] if set(model) == {"model"} else model

    def _resolved(self, node: ast.expr) -> ast.expr:
        """What a name or a call of one of the crew's own methods stands for."""
        for _ in range(_DEEPEST):
            found = self._behind(node)
            if found is None:
                return node
            node = found
        raise UnreadableError("names that stand for each other in a circle")

    def _behind(self, node: ast.expr) -> ast.expr | None:
        if isinstance(node, ast.Name):
            return self.local.get(node.id) or self.module.values.get(node.id)
        if not isinstance(node, ast.Call) or node.args or node.keywords:
            return None
        function = self.named.get(last_name(node.func))
        found = returned(function) if function else None
        if function and isinstance(found, ast.Name):
            return assigned(function.body).get(found.id, found)
        return found

    def _items(self, node: ast.expr) -> Sequence[ast.expr]:
        node = self._resolved(node)
        if isinstance(node, ast.List | ast.Tuple):
            return node.elts
        raise UnreadableError(_said(node))

    def _names(self, node: ast.expr) -> Any:
        """Agents and tasks by the names of the methods that make them."""
        if isinstance(node, ast.List | ast.Tuple):
            return [self._names(each) for each in node.elts]
        if isinstance(node, ast.Constant) and isinstance(node.value, str | None):
            return node.value
        name = last_name(node.func) if isinstance(node, ast.Call) else last_name(node)
        if not name:
            raise UnreadableError(_said(node))
        return name

    def _tool(self, node: ast.expr, where: str) -> str:
        """A tool by the name of its class, or of the record that its settings make."""
        named = self._own_name(node)
        node = self._resolved(node)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        kind = last_name(node.func) if isinstance(node, ast.Call) else last_name(node)
        if not kind:
            raise UnreadableError(_said(node))
        if not isinstance(node, ast.Call) or not (node.args or node.keywords):
            return kind
        if record := self._record(named or name_for(kind), kind, node):
            self.notes.append(Note(where, f"{_said(node)} becomes the tool {record.name!r} of the Library"))
            return record.name
        what = f"{kind} without its settings ({_said(node)}): make a tool of that type with them in the Library"
        self.notes.append(Note(where, what))
        return kind

    def _record(self, name: str, kind: str, call: ast.Call) -> ToolRecord | None:
        """The settings of a tool under a name that no other settings have."""
        settings = settings_of(call, self._value)
        taken = {each.name for each in self.tools}
        for wanted in (name, *(f"{name}-{number}" for number in range(2, 10))):
            record = None if settings is None else tool_record(wanted, kind, settings)
            if record is None or record in self.tools:
                return record
            if wanted not in taken:
                self.tools.append(record)
                return record
        return None

    def _own_name(self, node: ast.expr) -> str:
        """What the crew itself calls a tool: its method, or its variable."""
        if isinstance(node, ast.Name):
            return node.id
        is_own = isinstance(node, ast.Call) and last_name(node.func) in self.named
        return last_name(node.func) if is_own and isinstance(node, ast.Call) else ""

    def _source(self, node: ast.expr) -> dict[str, Any]:
        node = self._resolved(node)
        kind = _SOURCES.get(last_name(node.func)) if isinstance(node, ast.Call) else None
        if kind is None or not isinstance(node, ast.Call):
            raise UnreadableError(_said(node))
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        return {"type": kind, **{name: self._value(given[name]) for name in _SOURCE_FIELDS if name in given}}

    def _schema(self, node: ast.expr, where: str) -> Any:
        """A class of pydantic as the JSON Schema that its text says."""
        name = last_name(node)
        if not name:
            return self._value(node)
        try:
            schema = schema_of(name, self.classes)
        except NoSchemaError as error:
            raise UnreadableError(f"{name}: {error}") from error
        self.notes.append(
            Note(where, f"the class {name} as JSON Schema: validators and methods are code, and left out")
        )
        return schema

    def _code(self, node: ast.expr) -> Any:
        """Text stays; a function is kept as a reference, which nothing follows unless it is allowed."""
        if isinstance(node, ast.List | ast.Tuple):
            return [self._code(each) for each in node.elts]
        if isinstance(node, ast.Name) and self._behind(node) is None:
            return {"python": self.module.reference(node.id)}
        if isinstance(node, ast.Attribute) and last_name(node.value) == "self":
            return {"python": self.module.reference(node.attr)}
        return self._value(node)


def _said(node: ast.expr) -> str:
    """An expression as it is written, cut."""
    try:
        text = ast.unparse(node)
    except (RecursionError, ValueError):
        return "an expression that is nested too deep"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _negative(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return -value
    raise UnreadableError("a minus before what is no number")
