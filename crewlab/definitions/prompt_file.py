"""A file with other words for crewAI's prompts: of a manager whom the document does not describe, as in crewAI."""

from __future__ import annotations

from crewlab.definitions.notation.text import read_data
from crewlab.errors import DocumentError

LARGEST = 1_000_000
TEXTS = ("role", "goal", "backstory")
_PART = "hierarchical_manager_agent"


def manager_texts(content: bytes, name: str) -> dict[str, str]:
    """Role, goal and backstory of the manager.

    Raises:
        DocumentError: The file is too large, no JSON, or has not all three.
    """
    hint = f'It holds {{"{_PART}": {{"role": "...", "goal": "...", "backstory": "..."}}}}.'
    if len(content) > LARGEST:
        raise DocumentError(f"The prompt file {name!r} is larger than {LARGEST} bytes.", hint)
    found = read_data(content.decode("utf-8", "replace"), source=f"the prompt file {name!r}")
    part = found.get(_PART) if isinstance(found, dict) else None
    texts = {field: part.get(field) for field in TEXTS} if isinstance(part, dict) else {}
    said = {field: text for field, text in texts.items() if isinstance(text, str)}
    if len(said) < len(TEXTS):
        raise DocumentError(f"The prompt file {name!r} does not describe the manager.", hint)
    return said
