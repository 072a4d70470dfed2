"""Text of people and models inside our own Markdown, without any Markdown of its own."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~$<>&:])")


def escape(text: str) -> str:
    """`text` so that Markdown, maths, icons and colours in it are shown as typed, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def shorten(text: str, length: int) -> str:
    """The first `length` characters of `text` on one line, with an ellipsis when something was left out."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"
