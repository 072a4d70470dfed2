"""One difference, and the differences between the fields of two parts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Literal, NamedTuple

Kind = Literal["added", "removed", "changed", "renamed", "moved"]


class Change(NamedTuple):
    """One difference. `path` is where it is in `after`, or in `before` for what was removed.

    A name with a dot in it stands in quotes there.
    """

    path: str
    before: Any
    after: Any
    kind: Kind


_PATH_PARTS = re.compile(r'"(?:[^"\\]|\\.)*"|[^.]+')


def in_path(name: str) -> str:
    """A name of a part as it stands in a path."""
    return json.dumps(name, ensure_ascii=False) if "." in name or '"' in name else name


def path_parts(path: str) -> list[str]:
    """The names and fields that a path goes through."""
    parts = _PATH_PARTS.findall(path)
    return [str(json.loads(part)) if part.startswith('"') else part for part in parts]


Translate = Callable[[str, Any], Any]
"""What a field of `before` would be if only the names of parts had changed."""


def as_it_is(field: str, value: Any) -> Any:
    """No name has changed."""
    return value


def field_changes(
    prefix: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    translate: Translate = as_it_is,
    *,
    within: Collection[str] = (),
) -> Iterator[Change]:
    """The fields that differ, those of `before` first; of the objects that `within` names, the fields that do."""
    for field in dict.fromkeys([*before, *after]):
        old, new = before.get(field), after.get(field)
        expected = translate(field, old)
        if expected is new or expected == new:  # NaN is not equal to itself
            continue
        if field in within and isinstance(expected, Mapping) and isinstance(new, Mapping) and isinstance(old, Mapping):
            yield from _inner_changes(f"{prefix}{field}.", old, expected, new)
        else:
            yield Change(f"{prefix}{field}", old, new, kind_of_change(old, new))


def _inner_changes(
    prefix: str, before: Mapping[str, Any], expected: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Change]:
    """The fields of an object, and theirs; `expected` is `before` under the names of today."""
    for field in dict.fromkeys([*before, *after]):
        old, wanted, new = before.get(field), expected.get(field), after.get(field)
        if wanted is new or wanted == new:
            continue
        if isinstance(old, Mapping) and isinstance(wanted, Mapping) and isinstance(new, Mapping):
            yield from _inner_changes(f"{prefix}{field}.", old, wanted, new)
        else:
            yield Change(f"{prefix}{field}", old, new, kind_of_change(old, new))


def kind_of_change(old: Any, new: Any) -> Kind:
    """`added` where there was nothing, `removed` where there is nothing any more."""
    if old is None:
        return "added"
    return "removed" if new is None else "changed"
