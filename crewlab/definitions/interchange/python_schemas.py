"""Pydantic classes as JSON Schema, read from their text: fields with the annotations that such answers have."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from crewlab.definitions.interchange.python_module import last_name

_DEEPEST = 8
_PLAIN: dict[str, dict[str, Any]] = {
    "str": {"type": "string"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "dict": {"type": "object"},
    "list": {"type": "array"},
    "Any": {},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
}
_LISTS = frozenset({"list", "List", "set", "Set", "Sequence", "tuple", "Tuple"})
_OBJECTS = frozenset({"dict", "Dict", "Mapping"})


class NoSchemaError(Exception):
    """Carries what could not be read."""


def schema_of(name: str, classes: Mapping[str, ast.ClassDef], depth: int = 0) -> dict[str, Any]:
    """The JSON Schema of the class `name`.

    Raises:
        NoSchemaError: There is no such class, or it has something that its text alone does not say.
    """
    owner = classes.get(name)
    if owner is None:
        raise NoSchemaError(f"the class {name[:80]} is not in the files")
    if depth > _DEEPEST:
        raise NoSchemaError(f"the class {name[:80]} goes too deep")
    bases = {last_name(base) for base in owner.bases}
    if bases & {"Enum", "StrEnum"}:
        return {"enum": [node.value.value for node in owner.body if _is_member(node)]}  # type: ignore[attr-defined]  # _is_member has looked
    inherited = [schema_of(base, classes, depth + 1) for base in bases - {"BaseModel", ""}]
    properties: dict[str, Any] = {}
    required: list[str] = []
    for parent in inherited:
        properties.update(parent.get("properties", {}))
        required += parent.get("required", [])
    for node in owner.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            properties[node.target.id] = _field(node, classes, depth)
            required += [node.target.id] if _is_required(node) else []
    if not properties:
        raise NoSchemaError(f"the class {name[:80]} has no annotated fields")
    said = ast.get_docstring(owner)
    return {
        "title": name,
        **({"description": said} if said else {}),
        "type": "object",
        "properties": properties,
        **({"required": list(dict.fromkeys(required))} if required else {}),
    }


def _is_member(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)


def _field(node: ast.AnnAssign, classes: Mapping[str, ast.ClassDef], depth: int) -> dict[str, Any]:
    schema = dict(_type(node.annotation, classes, depth))
    said = _keyword(node.value, "description")
    if isinstance(said, str):
        schema["description"] = said
    default = _default(node.value)
    if default is not None:
        schema["default"] = default
    return schema


def _default(value: ast.expr | None) -> Any:
    """A default that is written out, alone or in `Field`; `None` for none and for any other."""
    if isinstance(value, ast.Call):
        return _keyword(value, "default") or _plain_value(value.args[0] if value.args else None)
    return _plain_value(value)


def _plain_value(value: ast.expr | None) -> Any:
    found = value.value if isinstance(value, ast.Constant) else None
    return found if isinstance(found, str | int | float | bool) else None


def _is_required(node: ast.AnnAssign) -> bool:
    if node.value is None:
        return True
    if not isinstance(node.value, ast.Call) or last_name(node.value.func) != "Field":
        return False
    first = node.value.args[0] if node.value.args else None
    given = {keyword.arg for keyword in node.value.keywords}
    is_ellipsis = isinstance(first, ast.Constant) and first.value is Ellipsis
    return is_ellipsis or (first is None and not given & {"default", "default_factory"})


def _keyword(value: ast.expr | None, name: str) -> Any:
    for keyword in value.keywords if isinstance(value, ast.Call) else ():
        if keyword.arg == name and isinstance(keyword.value, ast.Constant):
            return keyword.value.value
    return None


def _type(node: ast.expr, classes: Mapping[str, ast.ClassDef], depth: int) -> dict[str, Any]:
    if depth > _DEEPEST:
        raise NoSchemaError("its annotations go too deep")
    if isinstance(node, ast.Constant) and node.value is None:
        return {"type": "null"}
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _named(node.value, classes, depth)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _either([node.left, node.right], classes, depth)
    if isinstance(node, ast.Subscript):
        return _generic(node, classes, depth)
    return _named(last_name(node), classes, depth)


def _named(name: str, classes: Mapping[str, ast.ClassDef], depth: int) -> dict[str, Any]:
    return _PLAIN[name] if name in _PLAIN else schema_of(name, classes, depth + 1)


def _generic(node: ast.Subscript, classes: Mapping[str, ast.ClassDef], depth: int) -> dict[str, Any]:
    name = last_name(node.value)
    inner = list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]
    if name in _LISTS:
        return {"type": "array", "items": _type(inner[0], classes, depth + 1)}
    if name in _OBJECTS and len(inner) == 2:
        return {"type": "object", "additionalProperties": _type(inner[1], classes, depth + 1)}
    if name == "Literal" and all(isinstance(each, ast.Constant) for each in inner):
        return {"enum": [each.value for each in inner if isinstance(each, ast.Constant)]}
    if name == "Optional":
        return _either([inner[0], ast.Constant(None)], classes, depth)
    if name == "Union":
        return _either(inner, classes, depth)
    if name == "Annotated":
        return _type(inner[0], classes, depth + 1)
    raise NoSchemaError(f"the annotation {name[:80]}[...] is not read")


def _either(nodes: list[ast.expr], classes: Mapping[str, ast.ClassDef], depth: int) -> dict[str, Any]:
    return {"anyOf": [_type(each, classes, depth + 1) for each in nodes]}
