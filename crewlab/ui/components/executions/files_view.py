"""The files that the tasks of an execution wrote."""

from __future__ import annotations

from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING

import streamlit as st

from crewlab.ui.components.executions.output_view import show_markdown, show_text
from crewlab.ui.components.formats import file_size, plural
from crewlab.ui.components.plain_text import escape

if TYPE_CHECKING:
    from crewlab.lab import Lab

PREVIEWED_BYTES = 200_000
_TEXT = {".md", ".txt", ".csv", ".json", ".yaml", ".yml", ".html", ".xml", ".log", ".py", ".sql"}


def show_files(lab: Lab, execution_id: str) -> None:
    """Draw a list with downloads, and a preview of the chosen text file."""
    files = lab.files(execution_id)
    if not files:
        st.caption("The tasks wrote no files. A task writes one when it has an output file.")
        return
    st.caption(plural(len(files), "file"))
    for file in files:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/draft: {escape(file.name)} :gray[{file_size(file.size)}]")
            st.download_button(
                "Download",
                partial(lab.read_file, execution_id, file.name),
                file_name=PurePath(file.name).name,
                icon=":material/download:",
                key=f"files.{file.name}",
                on_click="ignore",
            )
    _preview(lab, execution_id, [file.name for file in files if _can_preview(file.name, file.size)])


def _can_preview(name: str, size: int) -> bool:
    return PurePath(name).suffix.lower() in _TEXT and size <= PREVIEWED_BYTES


def _preview(lab: Lab, execution_id: str, names: list[str]) -> None:
    if not names:
        return
    name = st.selectbox("Preview", names, key="files.preview") or names[0]
    text = lab.read_file(execution_id, name).decode("utf-8", "replace")
    with st.container(border=True):
        if name.endswith(".md"):
            show_markdown(text)
        else:
            show_text(text)
