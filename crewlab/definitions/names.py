"""What a definition may be called."""

from __future__ import annotations

MOST_CHARACTERS = 200


def obstacle_in_name(name: str) -> str:
    """Why nothing can have this name, as a sentence; empty when it will do. Lists and commands show names."""
    if len(name) > MOST_CHARACTERS:
        return f"The name has {len(name):,} characters; {MOST_CHARACTERS} are the most."
    if "\n" in name or "\r" in name:
        return "The name has a line break in it."
    return ""
