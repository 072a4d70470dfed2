"""What came of asking a model one short question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.ui.components.formats import whole
from crewlab.ui.components.plain_text import escape, shorten

if TYPE_CHECKING:
    from crewlab.executions.model_test import ModelTest
    from crewlab.lab import Lab


def ask_model(lab: Lab, llm: str | dict[str, Any]) -> ModelTest:
    """Ask it, and show that this takes a while."""
    with st.spinner("Asking the model (the first time, crewAI is loaded for it) …", show_time=True):
        return lab.test_model(llm)


def show_answer(trial: ModelTest) -> None:
    """Draw that it answered: how fast, with how many tokens, and what."""
    known = trial.input_tokens is not None
    tokens = f", {whole(trial.input_tokens)} + {whole(trial.output_tokens)} tokens" if known else ", tokens unknown"
    answer = escape(shorten(trial.answer, 160))
    st.success(f"It answered in {trial.latency_seconds:.2f} s{tokens}: “{answer}”", icon=":material/check_circle:")


def show_failure(trial: ModelTest, *, hint: str = "", more: str = "") -> None:
    """Draw why it did not, what to do about it, and the raw error for those who want to see it."""
    lines = [escape(trial.error or "The model did not answer.")]
    lines += [f":material/lightbulb: {escape(hint or trial.hint)}"] if hint or trial.hint else []
    lines += [more] if more else []
    st.error("\n\n".join(lines), icon=":material/error:")
    if trial.raw_error:
        with st.expander(f"Raw error, after {trial.latency_seconds:.2f} s", icon=":material/code:"):
            st.code(trial.raw_error, language=None, wrap_lines=True)


def show_trial(trial: ModelTest) -> None:
    """Draw either."""
    if trial.ok:
        show_answer(trial)
    else:
        show_failure(trial)
