"""Tools with settings in what is imported: each becomes a record of the Library, if it is a tool of the catalogue."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from typing import Any

from crewlab.definitions.interchange.python_module import last_name, parsed
from crewlab.definitions.library.tool_catalogue import tool_specs
from crewlab.definitions.library.tool_records import ToolRecord, require_valid
from crewlab.errors import RecordError

_LIMITS = ("result_as_answer", "max_usage_count")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")


def tool_record(name: str, kind: str, settings: Mapping[str, Any]) -> ToolRecord | None:
    """The record of a tool of the catalogue with these settings; `None` when it cannot be one.

    A tool that does something by itself is one too: an import asks about it.
    """
    if kind not in tool_specs() or not _NAME.fullmatch(name) or name in tool_specs():
        return None
    limits = {field: settings[field] for field in _LIMITS if settings.get(field)}
    given = {field: value for field, value in settings.items() if field not in _LIMITS and value is not None}
    try:
        record = ToolRecord(name=name, type=kind, configuration=given, **limits)
        require_valid(record.model_copy(update={"accepts_risks": True}))
    except (RecordError, ValueError):
        return None
    return record


def name_for(kind: str) -> str:
    """What a tool is called that has no name: `serper-dev` for `SerperDevTool`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", kind.removesuffix("Tool")).lower() or "tool"


def settings_of(call: ast.Call, value: Callable[[ast.expr], Any]) -> dict[str, Any] | None:
    """The keywords of a call; a variable of the environment becomes a reference to a secret of its name.

    `value` reads any other expression, and raises `ValueError` where that cannot be done.
    """
    if call.args or any(keyword.arg is None for keyword in call.keywords):
        return None
    found: dict[str, Any] = {}
    for keyword in call.keywords:
        variable = variable_of(keyword.value)
        try:
            found[str(keyword.arg)] = f"${{secret:{variable}}}" if variable else value(keyword.value)
        except (ValueError, RecursionError):
            return None
    return found


def tool_of_file(path: str, text: str) -> tuple[str, dict[str, Any]] | None:
    """Type and settings of a tool whose file is what an export of CrewLab writes; `None` for any other code."""
    module = parsed(path, text)
    owner = module.classes.get("Configured") if module else None
    if module is None or owner is None or set(module.functions) or len(module.classes) != 1 or len(owner.bases) != 1:
        return None
    calls = [node for node in ast.walk(owner) if isinstance(node, ast.Call) and last_name(node.func) == "__init__"]
    settings = settings_of(calls[0], ast.literal_eval) if len(calls) == 1 else None
    return None if settings is None else (last_name(owner.bases[0]), settings)


def variable_of(node: ast.expr) -> str:
    """`X` of `os.environ["X"]`, `os.environ.get("X")` and `os.getenv("X")`."""
    if isinstance(node, ast.Subscript) and last_name(node.value) == "environ":
        named: ast.expr | None = node.slice
    elif isinstance(node, ast.Call) and last_name(node.func) in ("getenv", "get") and len(node.args) == 1:
        named = node.args[0]
    else:
        return ""
    name = named.value if isinstance(named, ast.Constant) else None
    return name if isinstance(name, str) and _VARIABLE.fullmatch(name) else ""
