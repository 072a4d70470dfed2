"""Time, tokens and money that an execution may use."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

import streamlit as st

from crewlab.executions.launch import MOST_PRIORITY

if TYPE_CHECKING:
    from crewlab.executions.launch import LaunchOptions
    from crewlab.lab import Lab


class Limits(TypedDict):
    """Limits as the lab takes them; `None` is no limit, or on a resume the one it had."""

    timeout_seconds: float | None
    max_tokens: int | None
    max_cost_usd: float | None


def limits_form(lab: Lab, *, key: str, now: LaunchOptions | None = None) -> Limits:
    """Draw the three fields; `now` are the limits of an execution that is to go on."""
    left, middle, right = st.columns(3)
    minutes = left.number_input(
        "Minutes",
        min_value=0.1,
        value=None,
        key=f"{key}.minutes",
        placeholder=f"{((now and now.timeout_seconds) or lab.settings.timeout_seconds) / 60:g}",
        help="Time that one execution may take.",
    )
    tokens = middle.number_input(
        "Tokens",
        min_value=1,
        value=None,
        step=1000,
        key=f"{key}.tokens",
        placeholder=f"{now.max_tokens:,}" if now and now.max_tokens else "no limit",
        help="Input and output tokens of one execution over all its attempts. It ends after the call that is too much.",
    )
    dollars = right.number_input(
        "US dollars",
        min_value=0.0001,
        value=None,
        step=0.1,
        format="%.4f",
        key=f"{key}.dollars",
        placeholder=f"{now.max_cost_usd:g}" if now and now.max_cost_usd else "no limit",
        help="What one execution may cost over all its attempts. Every model must have a known price.",
    )
    return Limits(
        timeout_seconds=None if minutes is None else minutes * 60,
        max_tokens=None if tokens is None else int(tokens),
        max_cost_usd=dollars,
    )


def choose_priority(*, key: str) -> int:
    """Draw the field for the place in the queue."""
    with st.container(width=220):
        chosen = st.number_input(
            "Priority",
            min_value=-MOST_PRIORITY,
            max_value=MOST_PRIORITY,
            value=0,
            step=1,
            key=key,
            help="Of your own pending executions, those with the highest start first. Nobody else is held up by it.",
        )
    return int(chosen)
