"""Requests and tokens per minute of models, over all executions together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from crewlab.ui.components.formats import whole
from crewlab.ui.components.plain_text import escape
from crewlab.ui.state import begin_anew, numbered
from crewlab.ui.toasts import attempt, toast_next

if TYPE_CHECKING:
    from crewlab.definitions.library.in_force import ModelLimit
    from crewlab.lab import Lab

_KEY = "settings.model_limit"


def model_limit_rows(lab: Lab) -> None:
    """Draw the limits that there are, each with a way to lift it, and the form for another one."""
    st.subheader("Limits of models")
    st.caption(
        "All executions together stay below them: a call waits for its turn, and the log says so. "
        "They count for executions that begin from now on."
    )
    for model, limit in lab.model_limits().items():
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{escape(model)}**: {_said(limit)} a minute")
            st.button("Lift", key=f"{_KEY}.lift.{model}", type="tertiary", icon=":material/delete:",
                      on_click=attempt, args=(lambda model=model: lab.limit_model(model),))  # fmt: skip
    form = numbered(f"{_KEY}.form")
    with st.form(form, border=True):
        left, middle, right = st.columns(3)
        left.text_input(
            "Model", key=f"{form}.model", placeholder="openai/gpt-4o-mini", help="As a definition names it."
        )
        middle.number_input("Requests per minute", min_value=1, value=None, step=1, key=f"{form}.requests")
        right.number_input("Tokens per minute", min_value=1, value=None, step=1000, key=f"{form}.tokens")
        st.form_submit_button("Limit", icon=":material/speed:", on_click=attempt, args=(lambda: _limit(lab, form),))


def _limit(lab: Lab, form: str) -> None:
    model = str(st.session_state[f"{form}.model"] or "").strip()
    requests, tokens = st.session_state[f"{form}.requests"], st.session_state[f"{form}.tokens"]
    lab.limit_model(model, requests_per_minute=requests, tokens_per_minute=tokens)
    toast_next(f"{escape(model)} is {'limited' if requests or tokens else 'not limited'} from now on.")
    begin_anew(f"{_KEY}.form")


def _said(limit: ModelLimit) -> str:
    numbers = {"requests": limit.requests_per_minute, "tokens": limit.tokens_per_minute}
    return " and ".join(f"{whole(number)} {what}" for what, number in numbers.items() if number is not None)
