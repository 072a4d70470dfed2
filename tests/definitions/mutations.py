"""Strategies for documents that are nearly right: a sound one with some places changed, moved or removed."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import strategies as st

TEXTS = st.sampled_from(
    ["", "a", "research", "good", "${state.topic}", "${outputs.", "{topic}", "outputs.rows", "🐈", "a b", "${", "}",
     "\0", "[1].map(x, x)", "state.rows ? 'a' : 1", "b'\\xff'", "has(", "rehearsal/", "${secret:X}", "crewai_tools:X",
     "../x",     "x" * 3_000]
)  # fmt: skip
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=6)
"""Of any characters, halves of them and those that are not printed included."""
FIELDS = st.sampled_from(
    ["type", "properties", "required", "enum", "pattern", "$ref", "default", "and", "or", "do", "with", "call", "emit",
     "in", "set", "if", "definition", "inputs", "context", "name", "agents", "tasks", "llm", "python", "json_schema"]
)  # fmt: skip


def _nested(value: Any, levels: int, field: str | None) -> Any:
    for _ in range(levels):
        value = [value] if field is None else {field: value}
    return value


FLAT = st.none() | st.booleans() | st.integers(-3, 3) | st.just(10**30) | st.floats() | TEXTS | ANY_TEXT
VALUES = st.recursive(
    FLAT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS | ANY_TEXT, inner, max_size=3),
    max_leaves=6,
) | st.builds(_nested, FLAT, st.sampled_from([8, 31, 33, 62, 64, 80]), st.none() | FIELDS)
"""Any JSON, as deep as it may be and deeper."""


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything in a document."""
    items = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from places(item, (*path, key))


def at(document: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        document = document[key]
    return document


@st.composite
def mutated(draw: st.DrawFn, sound: Mapping[str, Any], most: int = 3) -> dict[str, Any]:
    """`sound` with up to `most` places that have another value, one from elsewhere in it, or none."""
    document = copy.deepcopy(dict(sound))
    for _ in range(draw(st.integers(0, most))):
        known = list(places(document))
        if not known:
            break
        path = draw(st.sampled_from(known))
        parent, key = at(document, path[:-1]), path[-1]
        how = draw(st.sampled_from(["value", "move", "remove", "rename"]))
        if how == "value":
            parent[key] = draw(VALUES)
        elif how == "move":
            parent[key] = copy.deepcopy(at(document, draw(st.sampled_from(known))))
        elif how == "remove" or not isinstance(parent, dict):
            del parent[key]
        else:
            parent[draw(st.sampled_from(["a", "b", "research", "listen", "state"]))] = parent.pop(key)
    return document
