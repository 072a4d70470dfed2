"""Reading and writing YAML as plain data: no tags, no aliases, no duplicate keys, and a bound on time and memory."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import yaml

from crewlab.definitions.notation.json_text import MAX_DEPTH, MAX_DIGITS
from crewlab.errors import DocumentError

MAX_VALUES = 100_000
_WIDTH = 110
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is ten times faster, where the wheel has it
_OPENING = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_CLOSING = (yaml.MappingEndEvent, yaml.SequenceEndEvent)
_TIME_OF_DAY = re.compile(r"[-+]?\d+(:\d+)+(\.\d*)?")


def read_yaml(text: str, source: str) -> Any:
    """The value that YAML text holds. Dates, times of day, NaN and infinity stay text; keys are text always.

    Raises:
        DocumentError: With the line.
    """
    try:
        _refuse_tricks(text, source)
        root = yaml.compose(text, _Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DocumentError(
            f"{source}, line {line}: this is not valid YAML ({error.problem or error.context}).", _hint(error)
        ) from error
    except yaml.YAMLError as error:
        raise DocumentError(f"{source} is not valid YAML ({error}).", "Save it as UTF-8 text.") from error
    return None if root is None else _value(root, source)


def write_yaml(document: Mapping[str, Any]) -> str:
    """The document as YAML in its own order, texts of several lines as blocks."""
    return yaml.dump(
        dict(document), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH, default_flow_style=False
    )


class _Dumper(yaml.SafeDumper):
    """Writes what `read_yaml` reads: no aliases, blocks for long texts."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def _refuse_tricks(text: str, source: str) -> None:
    """Look at the stream of events, which costs no memory, before anything is built from it."""
    depth = values = documents = 0
    for event in yaml.parse(text, _Loader):
        depth += isinstance(event, _OPENING) - isinstance(event, _CLOSING)
        values += isinstance(event, yaml.ScalarEvent | yaml.MappingStartEvent | yaml.SequenceStartEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        trick = _trick(event, depth, values, documents)
        if trick:
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise DocumentError(f"{source}, line {line}: {trick[0]}", trick[1])


def _trick(event: yaml.Event, depth: int, values: int, documents: int) -> tuple[str, str] | None:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        return "anchors and aliases (&name, *name) are not read.", "Write the text out where it is needed."
    tag = getattr(event, "tag", None)
    if tag:
        return f"the tag {tag} is not read; documents are plain data.", "Remove the tag."
    if depth > MAX_DEPTH:
        return f"more than {MAX_DEPTH} levels are nested.", "A crew needs fewer than ten."
    if values > MAX_VALUES:
        return f"there are more than {MAX_VALUES:,} values.", "Pass data as inputs, or as a file that agents read."
    if documents > 1:
        return "a second document begins here (---).", "Keep one crew in one file."
    return None


def _value(node: yaml.Node, source: str) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _object(node, source)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, source) for item in node.value]
    return _scalar(node.tag.rpartition(":")[2], node.value)


def _object(node: yaml.MappingNode, source: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in node.value:
        where = f"{source}, line {key.start_mark.line + 1}"
        if not isinstance(key, yaml.ScalarNode):
            raise DocumentError(f"{where}: a key must be text.", "Put text with braces or brackets in quotes.")
        if key.value in found:
            raise DocumentError(f"{where}: the key {key.value!r} is there twice.", "Keep one of the two.")
        found[key.value] = _value(value, source)
    return found


def _scalar(kind: str, text: str) -> Any:
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() in ("yes", "true", "on")
    if kind in ("int", "float") and not _TIME_OF_DAY.fullmatch(text) and len(text) <= MAX_DIGITS:
        return _number(kind, text.replace("_", ""))
    return text


def _number(kind: str, text: str) -> int | float | str:
    if kind == "int":
        return _integer(text)
    try:
        number = float(text)
    except ValueError:
        return text  # .inf and .nan, which JSON does not have
    return number if math.isfinite(number) else text


def _integer(text: str) -> int:
    bare = text.lstrip("+-").lower()
    is_octal = len(bare) > 1 and bare.startswith("0") and bare.isdigit()  # YAML 1.1 writes 8 as 010
    number = int(bare, 8 if is_octal else 0)
    return -number if text.startswith("-") else number


def _hint(error: yaml.MarkedYAMLError) -> str:
    problem = str(error.problem)
    if "\\t" in problem or "tab" in problem:
        return "Indent with spaces; YAML allows no tabs there."
    if "cannot start any token" in problem:  # libyaml does not say which character
        return "Indent with spaces, not with tabs; put a text that begins with @, % or ` in quotes."
    if "mapping values" in problem:
        return "Put a text that holds a colon in quotes, or check the indentation."
    return "Check the indentation and the quotes just before that line."
