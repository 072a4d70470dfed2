"""Values as Python text: every text of a document is a literal, so that none of it can become code."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Mapping
from typing import Any

from crewlab.secrets.references import REFERENCE

WIDTH = 100
_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)


class Code(str):
    """Python that we wrote, and not a text of somebody's document."""

    __slots__ = ()


def literal(value: Any, indent: int = 0) -> str:
    """A value as Python, over several lines where it is long; a reference to a secret becomes its variable."""
    if isinstance(value, Code):
        return str(value)
    if isinstance(value, str):
        return _text(value, indent)
    if isinstance(value, Mapping):
        pairs = [f"{literal(str(key))}: {literal(item, indent + 4)}" for key, item in value.items()]
        return _bracketed("{", pairs, "}", indent)
    if isinstance(value, list | tuple):
        return _bracketed("[", [literal(item, indent + 4) for item in value], "]", indent)
    return repr(value)


def call(name: str, arguments: Mapping[str, Any], indent: int = 0) -> str:
    """A call with keywords; those that are no names of Python go in as an object."""
    plain = {key: value for key, value in arguments.items() if is_identifier(key)}
    rest = {key: value for key, value in arguments.items() if key not in plain}
    parts = [f"{key}={literal(value, indent + 4)}" for key, value in plain.items()]
    parts += [f"**{literal(rest, indent + 4)}"] if rest else []
    return _bracketed(f"{name}(", parts, ")", indent)


def is_identifier(name: str) -> bool:
    """Whether a name can stand in Python as it is."""
    return name.isascii() and name.isidentifier() and not keyword.iskeyword(name)


def is_dotted(name: str) -> bool:
    """Whether a text names a module and nothing else."""
    return bool(_DOTTED.fullmatch(name)) and not any(keyword.iskeyword(part) for part in name.split("."))


def identifiers(names: Iterable[str], taken: Iterable[str] = ()) -> dict[str, str]:
    """A Python name of its own for each of these names."""
    used, found = set(taken), {}
    for name in names:
        base = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_").lower()[:60]
        base = base if is_identifier(base) else f"the_{base}".rstrip("_")
        plain, number = base, 2
        while plain in used:
            plain, number = f"{base}_{number}", number + 1
        used.add(plain)
        found[name] = plain
    return found


def _text(text: str, indent: int) -> str:
    pieces = REFERENCE.split(text)  # text, name, text, name, ..., text
    if len(pieces) > 1:
        quoted = map(_quoted, pieces)
        parts = [f"os.environ[{piece}]" if number % 2 else piece for number, piece in enumerate(quoted)]
        return " + ".join(part for part in parts if part != '""')
    if len(text) + indent <= WIDTH or " " not in text:
        return _quoted(text)
    return _bracketed("(", [_quoted(line) for line in _lines(text, WIDTH - indent - 8)], ")", indent, separator="")


def _quoted(text: str) -> str:
    """A literal, in double quotes where nothing has to be escaped for them."""
    plain = repr(text)
    return f'"{plain[1:-1]}"' if plain.startswith("'") and '"' not in text else plain


def _lines(text: str, width: int) -> list[str]:
    """A text cut after blanks and line ends; joined again it is the same."""
    words = re.findall(r"\S*\s+|\S+$", text)
    lines = [""]
    for word in words:
        if lines[-1] and (len(lines[-1]) + len(word) > max(width, 40) or lines[-1].endswith("\n")):
            lines.append("")
        lines[-1] += word
    return lines


def _bracketed(opening: str, parts: list[str], closing: str, indent: int, separator: str = ",") -> str:
    flat = opening + (separator + " ").join(parts) + closing
    if separator and "\n" not in flat and len(flat) + indent <= WIDTH:
        return flat
    inner = " " * (indent + 4)
    return "".join([opening, *(f"\n{inner}{part}{separator}" for part in parts), f"\n{' ' * indent}{closing}"])
