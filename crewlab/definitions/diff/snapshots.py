"""What changed between the definitions that two snapshots of a flow bring."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from crewlab.definitions.diff.changes import Change, in_path
from crewlab.definitions.lining_up import Pair

Diff = Callable[[Mapping[str, Any], Mapping[str, Any]], list[Change]]
"""Tells two documents apart."""


def definition_changes(before: Mapping[str, Any], after: Mapping[str, Any], diff: Diff) -> Iterator[Change]:
    """Each definition by its own parts; another version of one is no removal."""
    old, new = as_mapping(before.get("definitions")), as_mapping(after.get("definitions"))
    for left, right in _same_definitions(old, new):
        if right is None:
            yield Change(f"definitions.{in_path(str(left))}", _document(old[str(left)]), None, "removed")
        elif left is None:
            yield Change(f"definitions.{in_path(right)}", None, _document(new[right]), "added")
        elif old[left] != new[right]:
            if left != right:
                yield Change(f"definitions.{in_path(right)}", left, right, "changed")
            inner = diff(_document(old[left]), _document(new[right]))
            yield from (change._replace(path=f"definitions.{in_path(right)}.{change.path}") for change in inner)


def _same_definitions(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Pair]:
    """Side by side by key, then by name: the versions `brief@3` and `brief@4` are one definition that changed."""
    rest = [key for key in new if key not in old]
    for key in old:
        if key in new:
            yield key, key
            continue
        name = key.rpartition("@")[0] or key
        other = next((one for one in rest if (one.rpartition("@")[0] or one) == name), None)
        if other is not None:
            rest.remove(other)
        yield key, other
    yield from ((None, key) for key in rest)


def _document(entry: Any) -> Mapping[str, Any]:
    return as_mapping(as_mapping(entry).get("document"))


def as_mapping(value: Any) -> Mapping[str, Any]:
    """What is no object has no fields."""
    return value if isinstance(value, Mapping) else {}
