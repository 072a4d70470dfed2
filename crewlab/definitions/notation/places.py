"""Where in a text a value of its document stands: problems are shown at their line."""

from __future__ import annotations

from collections.abc import Sequence

import yaml

from crewlab.definitions.notation.jsonc import without_comments

Path = Sequence[str | int]


def line_of(text: str, path: Path) -> int | None:
    """As `lines_of`, for one path."""
    return lines_of(text, [path])[0]


def lines_of(text: str, paths: Sequence[Path]) -> list[int | None]:
    """The lines, from 1, of what each path names in YAML or JSON text; else of what is nearest to it.

    `None` for text that cannot be read, which is done once. JSON is YAML once its comments and tabs are spaces.
    """
    plain = without_comments(text).replace("\t", " ") if text.lstrip()[:1] in ("{", "[", "/") else text
    try:
        node = yaml.compose(plain, yaml.SafeLoader)
    except yaml.YAMLError:
        node = None
    return [None if node is None else _line(node, path) for path in paths]


def _line(node: yaml.Node, path: Path) -> int:
    line = node.start_mark.line
    for part in path:
        found = _inner(node, part)
        if found is None:
            break
        line, node = found
    return int(line) + 1


def _inner(node: yaml.Node, part: str | int) -> tuple[int, yaml.Node] | None:
    """The line of a key or an item, and its value."""
    if isinstance(node, yaml.MappingNode):
        pairs = ((key, value) for key, value in node.value if key.value == str(part))
        return next(((key.start_mark.line, value) for key, value in pairs), None)
    if isinstance(node, yaml.SequenceNode) and str(part).isdigit() and int(part) < len(node.value):
        item = node.value[int(part)]
        return item.start_mark.line, item
    return None
