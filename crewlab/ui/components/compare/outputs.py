"""Two outputs side by side, and word by word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from crewlab.ui.components.compare.word_diff_view import readable, show_word_diff
from crewlab.ui.components.executions.output_view import show_markdown
from crewlab.ui.components.plain_text import escape
from crewlab.ui.components.status import status_markdown
from crewlab.ui.links import link

if TYPE_CHECKING:
    from crewlab.executions.execution import Execution

DIFF = "Word diff"
SIDE_BY_SIDE = "Side by side"


def choose_pair(labels: Sequence[str], *, key: str) -> tuple[int, int]:
    """Which two of several to read; the first two without asking when there are no more."""
    if len(labels) == 2:
        return 0, 1
    left, right = st.columns(2)
    one = left.selectbox("Before", range(len(labels)), format_func=lambda i: labels[i], key=f"{key}.left")
    other = right.selectbox("After", range(len(labels)), index=1, format_func=lambda i: labels[i], key=f"{key}.right")
    return one or 0, 1 if other is None else other


def show_outputs(
    before: Execution,
    after: Execution,
    labels: tuple[str, str],
    *,
    key: str,
    output_of: Callable[[Execution], str] | None = None,
) -> None:
    """Draw both outputs; `output_of` gives another text than the final output, such as one task's."""
    read = output_of or (lambda execution: readable(execution.output, execution.output_json))
    texts = read(before), read(after)
    form = st.segmented_control(
        "Show outputs",
        [DIFF, SIDE_BY_SIDE],
        default=DIFF,
        required=True,
        key=f"{key}.form",
        label_visibility="collapsed",
    )
    if form == DIFF:
        st.caption(f"Struck out: only in {escape(labels[0])}. Green: only in {escape(labels[1])}.")
        show_word_diff(*texts)
    else:
        for column, execution, label, text in zip(st.columns(2), (before, after), labels, texts, strict=True):
            with column.container(border=True):
                st.markdown(f"**{escape(label)}** {status_markdown(execution.status)}")
                if text:
                    show_markdown(text)
                else:
                    st.caption("No output.")
    with st.container(horizontal=True):
        for execution, label in zip((before, after), labels, strict=True):
            link("execution", f"Open {label}", ":material/play_circle:", id=execution.execution_id)
