"""Model output is untrusted: Markdown that can neither load anything nor run anything when it is shown.

Streamlit shows HTML as text already. What is left to take away: images (they load remote addresses), links to
anything but web and mail addresses, diagrams (they can hold images), and Streamlit's own directives (a model could
draw a green "completed" badge). Rules do not depend on where a parser sees code or text: a zero-width space breaks
the construct and stays invisible wherever the text ends up. Only fenced blocks at the left margin are kept verbatim,
and those are never given to a Markdown parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

BREAK = "\u200b"
"""Zero-width space: invisible, and no Markdown construct survives it, except names of directives."""
GAP = "\u200a"
"""Hair space: the narrowest that counts as white space, so that no directive has a name that begins with it."""

_ADDRESS = r"(?:https?://|mailto:)[^\s()<>\"'\\`]+(?:\([^\s()<>\"'\\`]*\)[^\s()<>\"'\\`]*)*"
_IMAGE = re.compile(r"!\[([^\[\]\n]*)\]\(\s*(https?://[^\s()<>\"'\\`]+)[^()\n]*\)")
_FENCE = re.compile(r"^(`{3,})[ \t]*([\w+#.-]*)[^`\n]*$")

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"!(?=\[)"), f"!{BREAK}"),
    (re.compile(rf"\](?=\((?!{_ADDRESS}\)))"), f"]{BREAK}"),
    (re.compile(r"\](?=:(?!\s*https?://[^\s<>\"'\\]+\s*$))", re.MULTILINE), f"]{BREAK}"),
    (re.compile(r"<(?=[A-Za-z/!?])(?!https?://[^\s<>]+>)"), f"<{BREAK}"),
    (re.compile(r"(?i)\b(javascript|vbscript|data|file|blob)(?=\s*:)"), rf"\1{BREAK}"),
    (re.compile(r":(?=[A-Za-z][\w-]*[\[{]|material/|streamlit:)"), f":{GAP}"),
    (re.compile(r"^([ \t>*+.)\d-]*:)(?=:+[A-Za-z])", re.MULTILINE), rf"\1{GAP}"),
    (re.compile(r"^([ \t>*+.)\d-]*)(`{3,})[^`\n]*$", re.MULTILINE), r"\1\2"),
    (re.compile(r"^([ \t>*+.)\d-]*)(~{3,}).*$", re.MULTILINE), r"\1\2"),
)
"""Pattern and replacement, applied one after the other: images, link targets, link definitions, tags and automatic
links, dangerous schemes, Streamlit's directives, languages of fences (`mermaid` draws a diagram)."""


class Block(NamedTuple):
    """A part of a text: Markdown that is safe to show, or verbatim code (never to be parsed)."""

    text: str
    is_code: bool = False
    language: str = ""


def blocks(text: str) -> list[Block]:
    """Cut a text into safe Markdown and verbatim code, in order; nothing of the wording is lost."""
    result: list[Block] = []
    prose: list[str] = []
    lines = iter(text.splitlines())
    for line in lines:
        opening = _FENCE.match(line)
        if opening is None:
            prose.append(line)
            continue
        _add_prose(result, prose)
        result.append(Block(_code(lines, len(opening[1])), is_code=True, language=opening[2]))
    _add_prose(result, prose)
    return result


def safe_markdown(text: str) -> str:
    """The same text without any construct that loads, runs or pretends; wording and layout stay."""
    safe = _IMAGE.sub(lambda found: f"[image: {found[1]}]({found[2]})" if found[1] else f"[image]({found[2]})", text)
    for pattern, replacement in _RULES:
        safe = pattern.sub(replacement, safe)
    return _without_math(safe)


def _code(lines: Iterator[str], fence: int) -> str:
    """Take lines up to the closing fence; an unclosed block reaches the end, as in Markdown."""
    body: list[str] = []
    for line in lines:
        if re.fullmatch(rf"`{{{fence},}}[ \t]*", line):
            break
        body.append(line)
    return "\n".join(body)


def _add_prose(result: list[Block], prose: list[str]) -> None:
    text = "\n".join(prose)
    if text.strip():
        result.append(Block(safe_markdown(text)))
    prose.clear()


def _without_math(text: str) -> str:
    """Escape dollars outside inline code: in a business text they are money."""
    parts = re.split(r"(`[^`\n]*`)", text)
    return "".join(part if part.startswith("`") else re.sub(r"(?<!\\)\$", r"\\$", part) for part in parts)
