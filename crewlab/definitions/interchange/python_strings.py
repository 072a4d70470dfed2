"""Texts that Python puts together, and expressions as they are written."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from crewlab.definitions.interchange.python_module import last_name
from crewlab.definitions.interchange.python_scope import UnreadableError

_SHOWN = 80
_LONGEST = 100_000
Value = Callable[[ast.expr], Any]


def joined(node: ast.expr, value: Value) -> str:
    """An f-string, a sum of texts, a path made with `/`, or `os.path.join`, where each part is known.

    Raises:
        UnreadableError: One is not, or it is no text.
    """
    separator, parts = _parts(node)
    found = [value(part.value if isinstance(part, ast.FormattedValue) else part) for part in parts]
    if not all(isinstance(each, str) or (isinstance(each, int | float) and _is_f(node)) for each in found):
        raise UnreadableError(said(node))
    text = separator.join(map(str, found))
    if len(text) > _LONGEST:
        raise UnreadableError("a text that grows too long")
    return text


def left_out(error: UnreadableError) -> str:
    """What becomes of an expression that cannot be read, and what to do where there is another way."""
    if "get_mcp_tools" in str(error) or "MCPServerAdapter" in str(error):
        return f"left out: tools of an MCP server ({error}): add it under Library > MCP servers, and name it in mcps"
    return f"left out: it is known only when Python runs ({error})"


def said(node: ast.expr) -> str:
    """An expression as it is written, cut."""
    try:
        text = ast.unparse(node)
    except (RecursionError, ValueError, AttributeError):
        return "an expression that is nested too deep"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _parts(node: ast.expr) -> tuple[str, list[ast.expr]]:
    if isinstance(node, ast.JoinedStr) and not any(_is_formatted(each) for each in node.values):
        return "", node.values
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Div):
        return "/" if isinstance(node.op, ast.Div) else "", [node.left, node.right]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and last_name(node.func.value) == "path":
        return "/", node.args
    raise UnreadableError(said(node))


def _is_formatted(node: ast.expr) -> bool:
    return isinstance(node, ast.FormattedValue) and (node.format_spec is not None or node.conversion != -1)


def _is_f(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr)
