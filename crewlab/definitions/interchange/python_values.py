"""What the expressions of a crew's Python stand for, as far as their text alone says it."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from crewlab.definitions.interchange.configured_tools import variable_of
from crewlab.definitions.interchange.notes import Note
from crewlab.definitions.interchange.python_configs import is_entry_field
from crewlab.definitions.interchange.python_models import LANGCHAIN, api_key, named_model
from crewlab.definitions.interchange.python_module import Function, is_own, last_name
from crewlab.definitions.interchange.python_schemas import NoSchemaError, schema_of
from crewlab.definitions.interchange.python_scope import Budget, Scope, UnreadableError
from crewlab.definitions.interchange.python_strings import joined, left_out, said
from crewlab.definitions.interchange.python_tools import ToolReader, tools_in
from crewlab.definitions.library.tool_records import ToolRecord

_DEEPEST = 40
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
_TEXTS = frozenset({"role", "goal", "backstory", "description", "expected_output"})


@dataclass(frozen=True)
class Reader:
    """Reads the fields of one crew: what its names stand for, and the classes of all files."""

    scope: Scope
    classes: Mapping[str, ast.ClassDef]
    notes: list[Note]
    """What cannot be read is said here."""
    tools: list[ToolRecord]
    """Tools with settings are put here, and named by what they are called."""
    budget: Budget = field(default_factory=Budget)
    formats: Mapping[str, Any] = field(default_factory=dict)
    """JSON Schemas in files of the project, by the names by which methods load them."""

    def inside(self, function: Function) -> Reader:
        """The same with the assignments of one method."""
        return replace(self, scope=self.scope.inside(function))

    def fields(self, call: ast.Call, where: str) -> dict[str, Any]:
        """The keywords of a call as fields of a document; what cannot be read is noted."""
        found: dict[str, Any] = {}
        for keyword in call.keywords:
            if keyword.arg in (None, "config") or is_entry_field(keyword.value, keyword.arg):
                continue
            place = f"{where}.{keyword.arg}"
            self.budget.renew()
            try:
                found[str(keyword.arg)] = self._field(str(keyword.arg), keyword.value, place)
            except UnreadableError as error:
                self.notes.append(Note(place, left_out(error)))
        return found

    def resolved(self, node: ast.expr | None) -> ast.expr | None:
        """What a name stands for, if it stands for anything."""
        try:
            return None if node is None else self.scope.resolved(node)
        except UnreadableError:
            return None

    def names_in(self, node: ast.expr) -> list[str] | None:
        """The names of what a list holds; `None` for anything else."""
        try:
            found = [self._names(each) for each in self.items(node)]
        except UnreadableError:
            return None
        return found if all(isinstance(name, str) for name in found) else None

    def _field(self, name: str, node: ast.expr, where: str) -> Any:
        if name == "tools":
            return tools_in(ToolReader(self.scope, self.notes, self.tools, self.value, self.budget), node, where)
        if name in _NAMES:
            return self._names(node)
        if name in _SCHEMAS:
            return self._schema(node, where)
        if name in _CODE:
            return self._code(node)
        if name == "process":
            return last_name(node) or self.value(node)
        if name == "knowledge_sources":
            return [self._source(each) for each in self.items(node)]
        if name == "verbose":
            return bool(self.value(node))  # older projects have a number
        if name in _TEXTS:
            return self._text(node, where)
        return self._model_or_value(node, where)

    def value(self, node: ast.expr, depth: int = 0) -> Any:
        """A literal, what a name stands for, or a model.

        Raises:
            UnreadableError: Only running it would tell.
        """
        self.budget.spend()
        written, node = node, self.scope.resolved(node)
        if depth > _DEEPEST:
            raise UnreadableError("an expression that is nested too deep")
        if isinstance(node, ast.Constant) and isinstance(node.value, str | int | float | bool | None):
            return node.value
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            return [self.value(each, depth + 1) for each in node.elts]
        if isinstance(node, ast.Dict) and None not in node.keys:
            pairs = zip(node.keys, node.values, strict=True)
            return {str(self.value(key, depth + 1)): self._keyed(key, item, depth) for key, item in pairs if key}
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return _negative(self.value(node.operand, depth + 1))
        if isinstance(node, ast.JoinedStr | ast.BinOp) or (
            isinstance(node, ast.Call) and last_name(node.func) == "join"
        ):
            return joined(node, lambda each: self.value(each, depth + 1))
        if isinstance(node, ast.Call):
            return self._called(node, depth)
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            return self._default(node, depth)
        raise UnreadableError(said(written))

    def _default(self, node: ast.BoolOp, depth: int) -> Any:
        """`x` of `os.getenv(name) or x`, as it is read where the default is the second argument."""
        first, *rest = node.values
        if len(rest) != 1 or not variable_of(first):
            raise UnreadableError(said(node))
        return self.value(rest[0], depth + 1)

    def items(self, node: ast.expr) -> Sequence[ast.expr]:
        """The parts of a list. Raises as `value`."""
        node = self.scope.resolved(node)
        if isinstance(node, ast.List | ast.Tuple):
            return node.elts
        raise UnreadableError(said(node))

    def _keyed(self, key: ast.expr | None, node: ast.expr, depth: int) -> Any:
        """A value of an object; a key of a provider becomes the name of a secret."""
        variable = variable_of(node)
        if variable and isinstance(key, ast.Constant) and str(key.value).endswith("api_key"):
            return f"${{secret:{variable}}}"
        return self.value(node, depth + 1)

    def _called(self, node: ast.Call, depth: int) -> Any:
        """`LLM(...)` as an object, `os.getenv(name, default)` as its default, `dedent(text)` as the text."""
        name = last_name(node.func)
        if name == "LLM" or name in LANGCHAIN:
            return self._model(node, "", depth)
        if name in ("getenv", "get") and len(node.args) == 2:
            return self.value(node.args[1], depth + 1)
        if name in ("dedent", "str") and len(node.args) == 1:
            text = self.value(node.args[0], depth + 1)
            return textwrap.dedent(text) if isinstance(text, str) and name == "dedent" else text
        raise UnreadableError(said(node))

    def _model_or_value(self, node: ast.expr, where: str) -> Any:
        made = self.scope.resolved(node)
        is_model = isinstance(made, ast.Call) and (last_name(made.func) == "LLM" or last_name(made.func) in LANGCHAIN)
        return self._model(made, where, 0) if is_model and isinstance(made, ast.Call) else self.value(node)

    def _model(self, node: ast.Call, where: str, depth: int) -> Any:
        """A model with what can be read of its settings; its usual key is where the keys are, any other a secret."""
        first = {"model": node.args[0]} if node.args else {}
        given = first | {each.arg: each.value for each in node.keywords if each.arg}
        written = {name: each for name, each in given.items() if name != "api_key"}
        settings: dict[str, Any] = {}
        for name, each in written.items():
            try:
                settings[name] = self.value(each, depth + 1)
            except UnreadableError as error:
                if name in ("model", "model_name") or not where:
                    raise
                self.notes.append(Note(f"{where}.{name}", left_out(error)))
        model = named_model(last_name(node.func), settings)
        key, note = api_key(model, self.resolved(given.get("api_key")))
        if note and where:
            self.notes.append(Note(f"{where}.api_key", note))
        model |= {"api_key": key} if key else {}
        return model["model"] if set(model) == {"model"} else model

    def _names(self, node: ast.expr, depth: int = 0) -> Any:
        """Agents and tasks by the names of the methods that make them, or of what they are put into."""
        self.budget.spend()
        if depth > _DEEPEST:
            raise UnreadableError("an expression that is nested too deep")
        if isinstance(node, ast.List | ast.Tuple):
            return [self._names(each, depth + 1) for each in node.elts]
        if isinstance(node, ast.Constant) and isinstance(node.value, str | None):
            return node.value
        behind = self.scope.behind(node) if isinstance(node, ast.Name | ast.Attribute) else None
        if isinstance(behind, ast.List | ast.Tuple):
            return self._names(behind, depth + 1)
        name = self.scope.method_behind(node) or (
            last_name(node.func) if isinstance(node, ast.Call) else last_name(node)
        )
        if not name:
            raise UnreadableError(said(node))
        return name

    def _text(self, node: ast.expr, where: str) -> Any:
        """A text; what is put into it when Python runs becomes a placeholder."""
        open_names: list[str] = []
        found = self.value(self._with_placeholders(node, open_names))
        if open_names:
            names = ", ".join(dict.fromkeys(open_names))
            self.notes.append(Note(where, f"{names}: given at launch, where Python puts it in when it runs"))
        return found

    def _with_placeholders(self, node: ast.expr, open_names: list[str]) -> ast.expr:
        """An f-string whose unknown names are written as `{name}`."""
        if isinstance(node, ast.Call) and last_name(node.func) == "dedent" and len(node.args) == 1:
            return ast.Call(node.func, [self._with_placeholders(node.args[0], open_names)], [])
        if not isinstance(node, ast.JoinedStr):
            return node
        return ast.JoinedStr([self._placeholder(part, open_names) for part in node.values])

    def _placeholder(self, part: ast.expr, open_names: list[str]) -> ast.expr:
        name = last_name(part.value) if isinstance(part, ast.FormattedValue) else ""
        if not name or not isinstance(part, ast.FormattedValue):
            return part
        try:
            return ast.Constant(str(self.value(part.value)))
        except UnreadableError:
            open_names.append(name)
            return ast.Constant(f"{{{name}}}")

    def _source(self, node: ast.expr) -> dict[str, Any]:
        node = self.scope.resolved(node)
        kind = _SOURCES.get(last_name(node.func)) if isinstance(node, ast.Call) else None
        if kind is None or not isinstance(node, ast.Call):
            raise UnreadableError(said(node))
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        return {"type": kind, **{name: self.value(given[name]) for name in _SOURCE_FIELDS if name in given}}

    def _schema(self, node: ast.expr, where: str) -> Any:
        """A class of pydantic as the JSON Schema that its text says."""
        loaded = node.args[0] if isinstance(node, ast.Call) and len(node.args) == 1 and is_own(node.func) else None
        if isinstance(loaded, ast.Constant) and loaded.value in self.formats:
            return self.formats[str(loaded.value)]
        name = last_name(node)
        if not name:
            return self.value(node)
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
        module = self.scope.module
        if isinstance(node, ast.Name) and self.scope.behind(node) is None:
            return {"python": module.reference(node.id)}
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            owner = "" if node.value.id == "self" else node.value.id
            return {"python": f"{module.reference(owner)}.{node.attr}" if owner else module.reference(node.attr)}
        return self.value(node)


def _negative(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return -value
    raise UnreadableError("a minus before what is no number")
