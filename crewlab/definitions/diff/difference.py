"""Two documents and what is different, for notebooks, commands and pages."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ConfigDict

from crewlab.definitions.diff.changes import Change
from crewlab.definitions.diff.documents import diff
from crewlab.definitions.diff.telling import Told, renames_of, shortened, told
from crewlab.definitions.named_version import NamedVersion, named_version
from crewlab.definitions.version import DefinitionVersion, content_hash
from crewlab.errors import DefinitionError

_TAGS = {
    "same": "{}",
    "added": "<ins style='background:rgba(14,159,126,.28);text-decoration:none'>{}</ins>",
    "removed": "<del style='background:rgba(214,69,107,.28)'>{}</del>",
}


class Side(BaseModel):
    """One of two documents."""

    model_config = ConfigDict(frozen=True)

    label: str
    """`market-brief@3`, or the name of a document that is no version."""
    content_hash: str
    document: dict[str, Any]

    @classmethod
    def of(cls, one: DefinitionVersion | Mapping[str, Any], label: str | None = None) -> Side:
        """The side that a version or a document is."""
        if isinstance(one, DefinitionVersion):
            name = str(NamedVersion(one.name, one.number))
            return cls(label=label or name, content_hash=one.content_hash, document=one.document)
        name = label or str(one.get("name") or "unnamed")
        return cls(label=name, content_hash=content_hash(one), document=dict(one))


class DefinitionDiff(BaseModel):
    """What is different in `after`. `print` shows a line per change, a notebook a list."""

    model_config = ConfigDict(frozen=True)

    before: Side
    after: Side

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Every difference: the document's own fields, then agents and tasks, or state and steps."""
        return tuple(diff(self.before.document, self.after.document))

    @cached_property
    def told(self) -> tuple[Told, ...]:
        """The same for people."""
        renames = renames_of(self.changes)
        return tuple(told(change, renames) for change in self.changes)

    @property
    def title(self) -> str:
        """Which two, and how many differences."""
        count = len(self.changes)
        what = f"{count} change{'' if count == 1 else 's'}" if count else "no difference"
        return f"{self.before.label} → {self.after.label}: {what}"

    def __str__(self) -> str:
        return "\n".join([self.title, *(f"  {one}" for one in self.told)])

    def _repr_html_(self) -> str:
        items = "".join(f"<li><b>{html.escape(one.change.path)}</b> {_html(one)}</li>" for one in self.told)
        return f"<p><b>{html.escape(self.title)}</b></p><ul>{items}</ul>"


Comparable = str | DefinitionVersion | Mapping[str, Any]
"""A version such as `market-brief@3` (the latest without a number), or a document."""


def compared(
    before: Comparable, after: Comparable | None, find: Callable[[str, int | None], DefinitionVersion]
) -> DefinitionDiff:
    """Any two side by side; without `after`, the latest version of what `before` is a version of.

    Raises:
        DefinitionNotFoundError: There is no such definition or version.
        DefinitionError: `before` is a document, and there is no `after`.
    """
    first = _found(before, find)
    if after is not None:
        second = _found(after, find)
    elif isinstance(first, DefinitionVersion):
        second = find(first.definition_id, None)
    else:
        raise DefinitionError("A document has no versions to compare it with.", "Give both sides.")
    return DefinitionDiff(before=Side.of(first), after=Side.of(second))


def _found(
    one: Comparable, find: Callable[[str, int | None], DefinitionVersion]
) -> DefinitionVersion | Mapping[str, Any]:
    if not isinstance(one, str):
        if not isinstance(one, DefinitionVersion | Mapping):
            what = f"A {type(one).__name__} cannot be compared."
            raise DefinitionError(what, "Give a name such as market-brief@2, a version or a document.")
        return one
    return find(*named_version(one))


def _html(one: Told) -> str:
    if one.what:
        return html.escape(one.what)
    return "".join(_TAGS[span.op].format(html.escape(span.text)) for span in shortened(one.spans))
