"""The text of a knowledge file, as crewAI's sources read it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

from crewlab.definitions.tables.text import decoded
from crewlab.errors import InputsError, KnowledgeError

MOST_CHARACTERS = 20_000_000


def text_of_file(path: str, data: bytes) -> str:
    """What is written in the file called `path`.

    Raises:
        KnowledgeError: It is not what its ending says, or there is no text in it.
    """
    text = _reader_of(path)(path, data)
    if not text.strip():
        raise KnowledgeError(f"{path} holds no text.", "A scanned PDF has pictures of text only.")
    if len(text) > MOST_CHARACTERS:
        raise KnowledgeError(f"{path} holds more than {MOST_CHARACTERS:,} characters.", "Split it into several files.")
    return text


def _reader_of(path: str) -> Callable[[str, bytes], str]:
    readers = {".csv": _table, ".json": _json, ".pdf": _pdf}
    return readers.get(PurePosixPath(path).suffix.lower(), _plain)


def _plain(path: str, data: bytes) -> str:
    try:
        return decoded(data, path)[0].replace("\r\n", "\n")
    except InputsError as error:
        raise KnowledgeError(
            error.message, "Save it as UTF-8 text, or as a PDF under a name ending in .pdf."
        ) from error


def _table(path: str, data: bytes) -> str:
    """A line for each row, its cells side by side."""
    text = _plain(path, data)
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    try:
        return "\n".join(" ".join(row) for row in csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        raise KnowledgeError(f"{path} is no table: {error}.", "Save it as CSV, or as .txt.") from error


def _json(path: str, data: bytes) -> str:
    """A line for each value, indented below its name."""
    try:
        return _outline(json.loads(_plain(path, data)))
    except (ValueError, RecursionError) as error:
        reason = "nested too deep" if isinstance(error, RecursionError) else error
        raise KnowledgeError(f"{path} is not JSON: {reason}.", "Correct it, or save it as .txt.") from error


def _outline(value: Any, level: int = 0) -> str:
    indent = "  " * level
    if isinstance(value, dict):
        return "".join(f"{indent}{key}: {_outline(item, level + 1)}\n" for key, item in value.items())
    if isinstance(value, list):
        return "".join(f"{indent}- {_outline(item, level + 1)}\n" for item in value)
    return str(value)


def _pdf(path: str, data: bytes) -> str:
    try:
        import pdfplumber
        from pdfminer.psexceptions import PSException
        from pdfplumber.utils.exceptions import PdfminerException
    except ImportError as error:
        raise KnowledgeError(f"{path} cannot be read: {error}.", "Run `pip install pdfplumber`.") from error
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            return "\n".join(text for page in pdf.pages if (text := page.extract_text()))
    except (PSException, PdfminerException, ValueError, KeyError, TypeError, RecursionError, OSError) as error:
        raise KnowledgeError(f"{path} is not a PDF that can be read.", "Save it anew, or as text.") from error
