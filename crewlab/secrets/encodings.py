"""The forms in which a secret may turn up in a text: as it is, and as programs write it down."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

LEAST_PART = 8
"""The shortest piece of an encoded secret that is looked for."""


def forms_of(value: str) -> frozenset[str]:
    """`value` in clear, JSON-escaped (once and twice), URL-encoded, HTML-escaped, as Python prints it, hex, base64."""
    return frozenset(form for form in (value, *_escaped(value), *_encoded(value)) if len(form) >= LEAST_PART)


def _escaped(value: str) -> Iterator[str]:
    for ascii_only in (True, False):
        once = json.dumps(value, ensure_ascii=ascii_only)[1:-1]
        yield once
        yield once.replace("/", "\\/")
        yield json.dumps(once, ensure_ascii=ascii_only)[1:-1]
    yield repr(value)[1:-1]
    yield html.escape(value)
    yield html.escape(value, quote=False)


def _encoded(value: str) -> Iterator[str]:
    raw = value.encode("utf-8", "surrogatepass")
    for quoted in (
        quote(value, safe="", errors="replace"),
        quote(value, errors="replace"),
        quote_plus(value, errors="replace"),
    ):
        yield quoted
        yield _lower_percent(quoted)
    yield raw.hex()
    yield raw.hex().upper()
    for shift in range(3):
        part = _base64_part(raw, shift)
        yield part
        yield part.replace("+", "-").replace("/", "_")


def _lower_percent(quoted: str) -> str:
    """`%2F` as `%2f`, the letters outside of escapes as they are."""
    first, *rest = quoted.split("%")
    return first + "".join(f"%{part[:2].lower()}{part[2:]}" for part in rest)


def _base64_part(raw: bytes, shift: int) -> str:
    """What stands for `raw` alone, wherever it begins in a longer text: `shift` bytes after a group of three."""
    encoded = base64.b64encode(b"\0" * shift + raw).decode("ascii")
    whole = (shift + len(raw)) * 8 // 6
    return encoded[-(-shift * 8 // 6) : whole]
