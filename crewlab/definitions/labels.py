"""What a tag and the name of a collection may be."""

from __future__ import annotations

from collections.abc import Iterable

from crewlab.definitions.arguments import texts_of
from crewlab.errors import DefinitionError

MOST_CHARACTERS = 60
MOST_TAGS = 30


def tags_of(texts: Iterable[str]) -> tuple[str, ...]:
    """Tags in order, each once whatever its case, without blanks around them. A text is one tag, not its letters.

    Raises:
        ArgumentError: They are no texts.
        DefinitionError: One cannot be a tag, or there are too many.
    """
    found: dict[str, str] = {}
    for text in texts_of(texts, "tags"):
        tag = _label(text, "tag")
        found.setdefault(tag.casefold(), tag)
    if len(found) > MOST_TAGS:
        raise DefinitionError(f"{len(found)} tags are too many.", f"Use at most {MOST_TAGS}.")
    return tuple(sorted(found.values(), key=str.casefold))


def collection_name(text: str) -> str:
    """The name without blanks around it. Raises `DefinitionError` when it cannot be one."""
    return _label(text, "name of a collection")


def _label(text: str, what: str) -> str:
    label = " ".join(text.split()) if isinstance(text, str) else ""
    if not label or len(label) > MOST_CHARACTERS or "," in label or not label.isprintable():
        raise DefinitionError(
            f"{str(text)[:MOST_CHARACTERS]!r} cannot be a {what}.",
            f"Use 1 to {MOST_CHARACTERS} characters without commas.",
        )
    return label
