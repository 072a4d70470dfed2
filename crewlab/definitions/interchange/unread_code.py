"""Code of a project that is no part of any document, said so that nobody misses it."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection

from crewlab.definitions.interchange.notebook_code import names_crews
from crewlab.definitions.interchange.notes import Note
from crewlab.definitions.interchange.python_module import MAX_CODE_BYTES, parsed
from crewlab.definitions.interchange.source_files import SourceFiles

_FLOW_CLASS = re.compile(rb"^class \w+\((?:\w+.)?Flow\b", re.MULTILINE)
_TOOL = re.compile(rb"^class \w+\((?:\w+\.)?BaseTool\b|^@tool\b", re.MULTILINE)
_MODEL_CLASS = re.compile(rb"^class \w+\((?:\w+\.)?BaseModel\b", re.MULTILINE)


def unread_code(files: SourceFiles, read: Collection[str]) -> list[Note]:
    """A note for each Python file that is not among those that were `read`."""
    python = [path for path in sorted(files.contents) if path.endswith(".py") and path not in read]
    return [Note(path, _what_of(path, files.contents[path])) for path in python if files.contents[path].strip()]


def _what_of(path: str, data: bytes) -> str:
    if _FLOW_CLASS.search(data):
        return "a flow written in Python, which is not read: make it anew with the crews of this import"
    if names_crews(path, data) and (unreadable := _why_unreadable(path, data.decode("utf-8", "replace"))):
        return f"{unreadable}, so that nothing it says is taken over"
    if _TOOL.search(data):
        return "the code of a tool, which is not run: make a tool for it in the Library"
    if _MODEL_CLASS.search(data):
        return "Python code, of which only the classes that tasks answer with are read; none of it is run"
    return "Python code, which is not run"


def _why_unreadable(path: str, text: str) -> str:
    if len(text) > MAX_CODE_BYTES:
        return f"more than {MAX_CODE_BYTES // 1000} kB of Python code"
    return "" if parsed(path, text) is not None else f"Python code with a mistake in it{_mistake(text)}"


def _mistake(text: str) -> str:
    """Which one, where Python says so."""
    try:
        ast.parse(text)
    except SyntaxError as error:
        return f" (line {error.lineno}: {error.msg})"
    except (ValueError, RecursionError, MemoryError):
        return ""
    return ""
