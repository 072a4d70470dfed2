"""Names with values, a line each: variables and headers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from crewlab.errors import RecordError


def name_values(label: str, values: Mapping[str, str], key: str, examples: Sequence[str] = ()) -> None:
    """A text area with `NAME=value` lines."""
    text = "\n".join(f"{name}={value}" for name, value in values.items())
    example = examples[0] if examples else "NAME"
    st.text_area(label, text, key=key, height=100, placeholder=f"{example}=${{secret:{example}}}",
                 help="A line each: NAME=value. A secret is written as its reference.")  # fmt: skip


def read_name_values(text: str | None) -> dict[str, str]:
    """The lines as a mapping. Raises `RecordError` for a line that is none."""
    found: dict[str, str] = {}
    for line in (text or "").splitlines():
        if line.strip():
            name, equals, value = line.partition("=")
            if not equals or not name.strip():
                raise RecordError(f"{line[:80]!r} is no NAME=value.", "Write one on each line.")
            found[name.strip()] = value.strip()
    return found
