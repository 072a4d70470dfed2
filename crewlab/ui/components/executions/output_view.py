"""What a task or an execution produced: formatted, verbatim, and as JSON."""

from __future__ import annotations

import json
from typing import Any

import streamlit as st

from crewlab.ui.components.formats import whole
from crewlab.ui.components.safe_markdown import blocks

SHOWN_CHARACTERS = 100_000
"""Longer outputs are cut on the page (the download has everything)."""

UNFOLDED_CHARACTERS = 2_000
"""JSON that is longer is folded from its third level on."""


def show_output(
    output: str | None,
    output_json: Any,
    *,
    key: str,
    file_name: str,
    missing: str = "No output.",
    text_first: bool = False,
) -> None:
    """Draw an output with a switch between its forms and a download; say so when there is none.

    It begins as JSON where there is some, or with `text_first` as text in any case.
    """
    if output is None:
        st.caption(missing)
        return
    forms = ["Formatted", "Raw"] if output_json is None else ["Formatted", "JSON", "Raw"]
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        form = st.segmented_control(
            "Form of the output",
            forms,
            default="JSON" if output_json is not None and not text_first else "Formatted",
            required=True,
            key=f"{key}.form",
            label_visibility="collapsed",
        )
        _download(output, key=key, file_name=file_name)
    with st.container(border=True):
        _show_form(form or "Formatted", output, output_json)


def show_markdown(text: str) -> None:
    """Draw untrusted Markdown: no HTML, nothing loaded, code blocks verbatim."""
    for block in blocks(text[:SHOWN_CHARACTERS]):
        if block.is_code:
            st.code(block.text, language=block.language or None, wrap_lines=True)
        else:
            st.markdown(block.text, anchors=False)
    if len(text) > SHOWN_CHARACTERS:
        st.caption(f"The first {whole(SHOWN_CHARACTERS)} of {whole(len(text))} characters. Download it to see all.")


def show_text(text: str) -> None:
    """Draw untrusted text exactly as it is, wrapped, with a copy button."""
    st.code(text[:SHOWN_CHARACTERS], language=None, wrap_lines=True)
    if len(text) > SHOWN_CHARACTERS:
        st.caption(f"The first {whole(SHOWN_CHARACTERS)} of {whole(len(text))} characters.")


def _show_form(form: str, output: str, output_json: Any) -> None:
    if form == "JSON":
        st.json(output_json, expanded=2 if len(json.dumps(output_json)) > UNFOLDED_CHARACTERS else True)
    elif form == "Raw":
        show_text(output)
    elif output_json is not None and _is_json(output):
        st.code(json.dumps(output_json, indent=2, ensure_ascii=False), language="json", wrap_lines=True)
    else:
        show_markdown(output)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _download(output: str, *, key: str, file_name: str) -> None:
    st.download_button(
        "Download",
        output.encode("utf-8", "replace"),
        file_name=file_name,
        mime="text/markdown",
        icon=":material/download:",
        key=f"{key}.download",
        on_click="ignore",
    )
