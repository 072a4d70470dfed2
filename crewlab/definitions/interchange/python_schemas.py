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
    "time": {"type": "string", "format": "time"},
    "UUID": {"type": "string", "format": "uuid"},
    "HttpUrl": {"type": "string", "format": "uri"},
    "AnyUrl": {"type": "string", "format": "uri"},
    "EmailStr": {"type": "string", "format": "email"},
    "Path": {"type": "string", "format": "path"},
    "Decimal": {"type": "number"},
    "Dict": {"type": "object"},
    "List": {"type": "array"},
    "set": {"type": "array", "uniqueItems": True},
    "tuple": {"type": "array"},
}
_SETS = frozenset({"set", "Set", "frozenset"})
_LISTS = frozenset({"list", "List", "Sequence", "Iterable"}) | _SETS
_TUPLES = frozenset({"tuple", "Tuple"})
_LIMITS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum", "pattern": "pattern"}
_LENGTHS = {"string": ("minLength", "maxLength"), "array": ("minItems", "maxItems")}
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
    if bases & {"Enum", "StrEnum", "IntEnum"}:
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
    schema = {**_type(node.annotation, classes, depth), **_limits(node.value, _plain_type(node.annotation))}
    said = _keyword(node.value, "description")
    if isinstance(said, str):
        schema["description"] = said
    default = _default(node.value)
    if default is not None:
        schema["default"] = default
    return schema


def _limits(value: ast.expr | None, kind: str) -> dict[str, Any]:
    """What `Field` allows, as the schema says it."""
    found = {word: _keyword(value, name) for name, word in _LIMITS.items()}
    for name, word in zip(("min_length", "max_length"), _LENGTHS.get(kind, ()), strict=False):
        found[word] = _keyword(value, name)
    return {word: each for word, each in found.items() if each is not None}


def _plain_type(node: ast.expr) -> str:
    """`string` or `array` of an annotation that is nothing else, such as `list[int]`."""
    name = last_name(node.value) if isinstance(node, ast.Subscript) else last_name(node)
    if name in _LISTS | _TUPLES:
        return "array"
    return str(_PLAIN.get(name, {}).get("type", ""))


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
        if keyword.arg == name:
            return _constant(keyword.value)
    return None


def _constant(node: ast.expr) -> Any:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        return -node.operand.value if isinstance(node.operand.value, int | float) else None
    return node.value if isinstance(node, ast.Constant) else None


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
        unique = {"uniqueItems": True} if name in _SETS else {}
        return {"type": "array", "items": _type(inner[0], classes, depth + 1), **unique}
    if name in _OBJECTS and len(inner) == 2:
        return {"type": "object", "additionalProperties": _type(inner[1], classes, depth + 1)}
    if name == "Literal" and all(isinstance(each, ast.Constant) for each in inner):
        return {"enum": [each.value for each in inner if isinstance(each, ast.Constant)]}
    if name == "Optional":
        return _either([inner[0], ast.Constant(None)], classes, depth)
    if name == "Union":
        return _either(inner, classes, depth)
    if name in _TUPLES:
        several = [each for each in inner if not (isinstance(each, ast.Constant) and each.value is Ellipsis)]
        items = _type(several[0], classes, depth + 1) if len(several) == 1 else _either(several, classes, depth)
        return {"type": "array", "items": items}
    if name == "Annotated":
        made = _type(inner[0], classes, depth + 1)
        said = [each for each in inner[1:] if _keyword(each, "description") is not None]
        described = {"description": _keyword(said[0], "description")} if said else {}
        limits = [_limits(each, _plain_type(inner[0])) for each in inner[1:]]
        return {**made, **described, **{word: limit for each in limits for word, limit in each.items()}}
    raise NoSchemaError(f"the annotation {name[:80]}[...] is not read")


def _either(nodes: list[ast.expr], classes: Mapping[str, ast.ClassDef], depth: int) -> dict[str, Any]:
    return {"anyOf": [_type(each, classes, depth + 1) for each in nodes]}
