"""Whether a person checks a task's answer, what they are asked, and what happens when nobody answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from crewlab.definitions.editing import Path, set_value, value_at
from crewlab.definitions.human_input import ON_TIMEOUT
from crewlab.ui.editor.fields import Change, Fields
from crewlab.ui.editor.refusals import refusals

NAME = "human_input"


def question_fields(fields: Fields, path: Path) -> None:
    """Draw the switch and, where it is on, its options."""
    place = (*path, NAME)
    is_on = bool(fields.value(place))
    is_open = is_on or any(refused[:3] == place for refused in refusals(fields.draft.draft_id))
    key = f"{fields.key_of(path)}.question"
    with st.expander("A person checks the answer", expanded=is_open, icon=":material/front_hand:", key=key):
        fields.switch(
            place,
            "Ask a person before anything reads the answer",
            help="They accept it, or send it back with feedback: the agent works it in and asks again.",
        )
        if is_on:
            _options(fields, place)


def _options(fields: Fields, place: Path) -> None:
    fields.text(
        (*place, "prompt"),
        "What they are asked",
        change=_option(place, "prompt"),
        placeholder="Is this safe to publish? May use {inputs}.",
    )
    fields.switch(
        (*place, "once"),
        "Ask once",
        change=_option(place, "once"),
        help="What the agent makes of the feedback is taken as it is, without asking again.",
    )
    first, second = st.columns(2)
    with first:
        fields.number(
            (*place, "timeout_seconds"),
            "Wait at most (seconds)",
            change=_option(place, "timeout_seconds"),
            step=1.0,
            min_value=0.0,
            placeholder="For ever",
            help="Time that an execution waits is not part of its duration, nor of its time limit.",
        )
    has_deadline = fields.value((*place, "timeout_seconds")) is not None
    with second:
        if has_deadline or fields.value((*place, "on_timeout")):
            fields.choice(
                (*place, "on_timeout"),
                "When nobody answers",
                ON_TIMEOUT,
                change=_option(place, "on_timeout"),
                placeholder="fail",
                help="Accept the answer, give the agent the feedback below once, or fail.",
            )
    if fields.value((*place, "on_timeout")) == "feedback" or fields.value((*place, "feedback")):
        fields.text(
            (*place, "feedback"),
            "Feedback when nobody answers",
            change=_option(place, "feedback"),
            placeholder="Shorten it to one page.",
        )


def _option(place: Path, name: str) -> Change:
    """Write one option; a question without options is a plain `true`."""

    def write(document: dict[str, Any], value: Any) -> dict[str, Any]:
        current = value_at(document, place)
        options = {**(current if isinstance(current, Mapping) else {}), name: value}
        kept = {option: one for option, one in options.items() if one not in (None, "", False)}
        return set_value(document, place, kept or True)

    return write
