"""Text of people and models inside our own Markdown, without any Markdown of its own."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"([\\`*\[\]|~$<>&]|(?<![^\W_])_|_(?![^\W_])|(?<!\d):(?! )|:(?![\d ]))")
"""What means something wherever it stands. Not so the `_` of a name, the `:` of a time, brackets that are round:
labels are read aloud as they are typed, so nothing is escaped in vain."""
_START = re.compile(r"^(\d*)([-.)+#=])")
"""What makes a list, a heading or a line of what it begins."""
_ICON = re.compile(r":(?=[A-Za-z][\w/+-]*:)")
"""`:smile:` and `:material/check:` are drawn as icons even where the colon is escaped."""


def escape(text: str) -> str:
    """`text` so that Markdown, lists, maths, icons and colours in it are shown as typed, on one line."""
    line = _ICON.sub(":\u200b", " ".join(text.split()))
    return _START.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", line))


def shorten(text: str, length: int) -> str:
    """The first `length` characters of `text` on one line, with an ellipsis when something was left out."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"
