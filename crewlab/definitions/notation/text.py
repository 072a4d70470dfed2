"""Documents as text: YAML and JSON are read without running, expanding or guessing anything, and written back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from crewlab.definitions.notation.json_text import read_json
from crewlab.definitions.notation.yaml_text import read_yaml, write_yaml
from crewlab.definitions.plain import plain
from crewlab.definitions.shape import in_crew_shape
from crewlab.errors import DocumentError

MAX_BYTES = 2_000_000
"""A crew of a hundred tasks has some 100 kB."""

Format = Literal["yaml", "json"]
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def read_document(text: str, *, source: str) -> dict[str, Any]:
    """The crew document that `text` holds, YAML or JSON with comments; `source` is the file's name, for messages.

    Agents given as a list and tasks given as an object or without names come back in the usual shape; fields that
    CrewLab does not know are kept.

    Raises:
        DocumentError: It is too large, not valid, ambiguous (a key twice), or uses aliases or tags.
    """
    return _as_document(read_data(text, source=source), source)


def _as_document(document: Any, source: str) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise DocumentError(
            f"{source} holds {_kind(document)}, not a crew.",
            "A crew document has the fields name, agents and tasks at its top level.",
        )
    return in_crew_shape(document)


def read_data(text: str, *, source: str) -> Any:
    """The value that `text` holds, YAML or JSON with comments, whatever it is. Raises as `read_document`."""
    _refuse_size(len(text.encode("utf-8", "replace")), source)
    _refuse_unreadable(text, source)
    text = text.removeprefix("\ufeff")
    data = read_json(text, source) if _looks_like_json(text, source) else read_yaml(text, source)
    _refuse_unreadable_values(data, source)
    return data


def read_document_file(path: Path) -> dict[str, Any]:
    """The crew document in the file at `path`, which must be UTF-8 (a byte order mark is fine).

    Raises:
        DocumentError: The file cannot be read, or see `read_document`.
    """
    return _as_document(read_data_file(path), path.name)


def read_data_file(path: Path) -> Any:
    """The value in the YAML or JSON file at `path`, whatever it is. Raises as `read_document_file`."""
    try:
        _refuse_size(path.stat().st_size, path.name)
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise DocumentError(
            f"{path} cannot be read: {error.strerror}.", "Check the path and its permissions."
        ) from error
    except UnicodeDecodeError as error:
        raise DocumentError(f"{path.name} is not UTF-8 text.", "Save it as UTF-8, then try again.") from error
    return read_data(text, source=path.name)


def write_document(document: Mapping[str, Any], format: Format = "yaml") -> str:
    """The document as text that `read_document` reads back unchanged; texts of several lines are YAML blocks."""
    if format == "json":
        return json.dumps(plain(document), ensure_ascii=False, indent=2) + "\n"
    return write_yaml(plain(document))


def _looks_like_json(text: str, source: str) -> bool:
    suffix = Path(source).suffix.lower()
    if suffix in (".json", ".jsonc"):
        return True
    return suffix not in (".yaml", ".yml") and text.lstrip("\ufeff \t\r\n").startswith(("{", "[", "//", "/*"))


def _refuse_size(size: int, source: str) -> None:
    if size > MAX_BYTES:
        raise DocumentError(
            f"{source} has {size / 1e6:.1f} MB; a document may have {MAX_BYTES / 1e6:.0f} MB.",
            "Keep data out of the definition: pass it as inputs, or as a file that the agents read.",
        )


def _refuse_unreadable(text: str, source: str) -> None:
    found = _UNREADABLE.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        raise DocumentError(
            f"{source}, line {line}: the character U+{ord(found.group()):04X} does not belong in a text file.",
            "Save the file as UTF-8 text, then try again.",
        )


def _refuse_unreadable_values(data: Any, source: str) -> None:
    """Escapes such as `\\u0000` bring in what the text itself may not hold."""
    for text in _strings(data):
        found = _UNREADABLE.search(text)
        if found:
            raise DocumentError(
                f"{source}: the text {text[:40]!r} holds the character U+{ord(found.group()):04X}.",
                "Remove that escape sequence.",
            )


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _strings(item)


def _kind(value: Any) -> str:
    names = {list: "a list", str: "only text", type(None): "nothing"}
    return names.get(type(value), "a single value")
