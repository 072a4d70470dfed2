"""What a step of a flow asks a person: the outcomes to choose from, and words that go along."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from crewlab.ui.components.plain_text import escape, shorten

if TYPE_CHECKING:
    from crewlab.executions.person import Question

MOST_BUTTONS = 6
"""More outcomes than this are a list."""
_READ = "The model that the step names reads the outcome out of your words: one call."
_TURN = "One turn of the conversation: models are asked that choose who answers, and that answer."
FAREWELL_HELP = "The execution completes with the last answer. No model is called for that."
_PLACEHOLDER = "Optional. The steps that follow can read it."


class StepAnswer(NamedTuple):
    """What a person says of a step."""

    text: str
    outcome: str | None


def answer_form(question: Question, *, reads_words: bool = False) -> StepAnswer | None:
    """Draw the form; return the answer once somebody has given it.

    `reads_words`: the step names a model that reads an outcome out of words alone.
    """
    key = f"question.{question.question_id}"
    text = st.text_area("Your words", key=f"{key}.feedback", height=90, placeholder=_PLACEHOLDER) or ""
    if not question.outcomes:
        sent = st.button("Send", icon=":material/send:", key=f"{key}.send", type="primary", help=_help(None))
        return StepAnswer(text.strip(), None) if sent else None
    draw = _from_list if len(question.outcomes) > MOST_BUTTONS else _from_buttons
    answered = draw(question.outcomes, text, key)
    if reads_words and st.button(
        "Send words alone", icon=":material/chat:", key=f"{key}.words", type="tertiary", help=_READ
    ):
        if text.strip():
            return StepAnswer(text.strip(), None)
        st.warning("Write what you think of it, or choose an outcome.", icon=":material/help:")
    return answered


def turn_form(question: Question) -> StepAnswer | None:
    """Draw the form of a conversation; return what the person says, or that they end it."""
    key = f"question.{question.question_id}"
    text = st.text_area("Your message", key=f"{key}.message", height=90) or ""
    with st.container(horizontal=True):
        sent = st.button("Send", icon=":material/send:", key=f"{key}.send", type="primary", help=_TURN)
        ended = st.button("End the conversation", icon=":material/logout:", key=f"{key}.end", help=FAREWELL_HELP)
    if ended:
        return StepAnswer("", next(iter(question.outcomes), None))
    if sent and not text.strip():
        st.warning("Write your message, or end the conversation.", icon=":material/help:")
    return StepAnswer(text.strip(), None) if sent and text.strip() else None


def _from_buttons(outcomes: tuple[str, ...], text: str, key: str) -> StepAnswer | None:
    chosen = None
    with st.container(horizontal=True):
        for place, outcome in enumerate(outcomes):
            label, help_text = escape(shorten(outcome, 40)), _help(outcome)
            if st.button(label, key=f"{key}.outcome.{place}", icon=":material/alt_route:", help=help_text):
                chosen = outcome
    return None if chosen is None else StepAnswer(text.strip(), chosen)


def _from_list(outcomes: tuple[str, ...], text: str, key: str) -> StepAnswer | None:
    chosen = st.selectbox("Outcome", outcomes, index=None, key=f"{key}.outcome", placeholder="Choose where it goes on")
    sent = st.button("Send", icon=":material/send:", key=f"{key}.send", type="primary", disabled=chosen is None)
    return StepAnswer(text.strip(), chosen) if sent and chosen is not None else None


def _help(outcome: str | None) -> str:
    where = f" with {escape(outcome)}" if outcome else ""
    return f"The flow goes on{where}. No model is called for that."
