"""JSON with comments and trailing commas, as in crewAI's own `crew.jsonc`."""

from __future__ import annotations

import re

STRING = r'"(?:[^"\\]|\\.|\\\Z)*+(?:"|\Z)'
"""A text in quotes. One that never ends goes to the end: otherwise each quote within it would be tried, which takes
time with the square of the length."""
_TOKENS = re.compile(STRING + r"|//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_TRAILING_COMMA = re.compile(STRING + r"|,(?=\s*+[}\]])", re.DOTALL)


def without_comments(text: str) -> str:
    """Plain JSON of the same length with the same line numbers: comments and trailing commas become blanks."""
    return _TRAILING_COMMA.sub(_blank, _TOKENS.sub(_blank, text))


def _blank(match: re.Match[str]) -> str:
    found = match.group()
    return found if found.startswith('"') else re.sub(r"[^\n]", " ", found)
