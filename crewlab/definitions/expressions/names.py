"""What an expression reads and gives, by name. Light: loads no CEL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple


@dataclass(frozen=True)
class Names:
    """What an expression reads."""

    outputs: frozenset[str] = frozenset()
    """Tasks whose output it reads, as text or as JSON."""
    json: frozenset[str] = frozenset()
    """Those of them whose JSON it reads."""
    inputs: frozenset[str] = frozenset()


class Use(NamedTuple):
    """One place where an expression names a task or an input."""

    root: str
    name: str
    is_json: bool
    start: int
    """Where in the text the name begins, with the dot or as a text within brackets."""
    end: int


class TaskText(NamedTuple):
    """The output of a task as an expression reads it; a task that was skipped has an empty text and no JSON."""

    text: str
    json: Any = None


class Segment(NamedTuple):
    """One name of a path, and where in the text it stands: a word, or a text within brackets."""

    name: str
    start: int
    end: int


class Read(NamedTuple):
    """One place where an expression of a flow reads a value: `outputs`, `research` and `raw` of `outputs.research.raw`.

    It ends where the expression goes on with anything but a name, a number in brackets for example.
    """

    segments: tuple[Segment, ...]

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(segment.name for segment in self.segments)


GivenKind = Literal["string", "boolean", "integer", "number", "array", "object", "null", "read", "any"]
"""A type of JSON Schema; `read` for a value that is handed on, and `any` where nothing is known."""


class Given(NamedTuple):
    """One of the values that an expression may give."""

    kind: GivenKind
    value: Any = None
    is_constant: bool = False
    """Whether it is `value`, which is written out."""
    path: tuple[str, ...] = ()
    """What a `read` hands on, such as `state` and `rows`."""
    choices: tuple[str, ...] = ()
    """The texts that it is one of, where a schema lists them."""


ANYTHING = (Given("any"),)
