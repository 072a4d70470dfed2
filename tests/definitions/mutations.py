"""Strategies for documents that are nearly right: a sound one with some places changed, moved or removed."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import strategies as st

TEXTS = st.sampled_from(
    ["", "a", "research", "good", "${state.topic}", "${outputs.", "{topic}", "outputs.rows", "🐈", "a b"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.just(10**30) | st.floats() | TEXTS | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


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
