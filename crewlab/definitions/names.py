"""What a definition may be called."""

from __future__ import annotations

from typing import Any

from crewlab.definitions.arguments import text_of
from crewlab.definitions.named_version import named_version
from crewlab.errors import DefinitionError

MOST_CHARACTERS = 200


def new_name_of(value: Any) -> str:
    """A name that something is to get, without blanks around it.

    Raises:
        ArgumentError: It is no text.
        DefinitionError: Nothing can have this name.
    """
    name = text_of(value, "new_name").strip()
    if obstacle := obstacle_in_name(name) if name else "The new name is empty.":
        raise DefinitionError(obstacle, "Give it a short name in one line, such as market-brief.")
    return name


def obstacle_in_name(name: str) -> str:
    """Why nothing can have this name, as a sentence; empty when it will do. Lists and commands show names."""
    if len(name) > MOST_CHARACTERS:
        return f"The name has {len(name):,} characters; {MOST_CHARACTERS} are the most."
    if "\n" in name or "\r" in name:
        return "The name has a line break in it."
    if (version := named_version(name)).number is not None:
        return f"{name!r} means version {version.number} of {version.name!r}, so that nothing else can be called so."
    return ""
