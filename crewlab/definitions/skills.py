"""Skills as definitions name them: folders with a SKILL.md, or the text of one."""

from __future__ import annotations

import re

from crewlab.definitions.notation.text import read_data
from crewlab.errors import DocumentError

_HEAD = re.compile(r"\A\s*---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)


def is_skill_text(reference: str) -> bool:
    """Whether this is the text of a skill; any other is the name of a folder."""
    return reference.lstrip().startswith(("---\n", "---\r\n"))


def require_plain_head(text: str, source: str) -> None:
    """Nothing in the head of a skill takes more time or memory than it has letters.

    Raises:
        DocumentError: It has no head, or one with aliases, tags, or what is no YAML.
    """
    head = _HEAD.match(text)
    if head is None:
        hint = "Write --- around its name and description, and then what to do."
        raise DocumentError(f"The head of {source} does not end.", hint)
    read_data(head.group(1), source=f"The head of {source}")
