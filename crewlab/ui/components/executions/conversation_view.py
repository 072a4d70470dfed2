"""A conversation with a flow on the page of its execution: what was said, and a box to say something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.definitions.flows.conversation import FAREWELL, LISTEN
from crewlab.ui.components.cells import as_text
from crewlab.ui.components.executions.output_view import show_markdown
from crewlab.ui.components.executions.step_question import FAREWELL_HELP
from crewlab.ui.components.formats import plural
from crewlab.ui.components.plain_text import escape
from crewlab.ui.holder import early_messages
from crewlab.ui.toasts import attempt, show_toasts

if TYPE_CHECKING:
    from crewlab.executions.execution import Execution
    from crewlab.executions.person import Question
    from crewlab.lab import Lab

BOX = "conversation.turn.{}"
"""The key of the box of an execution: what was typed for one is never sent to another."""
NEWEST = 30
"""So many messages are shown at first."""
_SHORT = 6
"""A conversation of so many messages has no scroll bar of its own."""
_HEIGHT = 520
_ASKED = "A step asks you something first"
_WHO = {"user": "user", "assistant": "assistant"}


def show_conversation(lab: Lab, execution: Execution) -> None:
    """Draw what was said and, while the conversation goes on, a box for the next message."""
    is_active, early = execution.status.is_active, _early(execution)
    asked = lab.waiting(execution.execution_id) if is_active else []
    question = next((one for one in asked if is_own_turn(one, execution)), None)
    if early and (question is not None or not is_active):
        early = "\n\n".join(early_messages().pop(execution.execution_id, ()))
        if question is not None and early:
            _answer(lab, question, text=early)
        show_conversation(lab, lab.execution(execution.execution_id))
        return
    show_toasts()  # what could not be sent
    said = lab.state(execution.execution_id).get("messages")
    messages = [one for one in said if isinstance(one, Mapping)] if isinstance(said, list) else []
    with st.container(border=True, key="conversation"):
        _show_said(messages, execution, is_answering=is_active and not asked)
        if is_active:
            _box(lab, execution, question, _ASKED if asked and question is None else "Your message")


def _early(execution: Execution) -> str:
    """What was entered before the answer was there: it is sent then, by whichever window shows the page."""
    return "\n\n".join(early_messages().get(execution.execution_id, ()))


def is_own_turn(question: Question, execution: Execution) -> bool:
    """Whether the conversation of this execution waits for what the person says next."""
    return question.task_name == LISTEN and question.execution_id == execution.execution_id


def _show_said(messages: list[Mapping[str, Any]], execution: Execution, *, is_answering: bool) -> None:
    """The newest messages; those before them when they are asked for."""
    earlier = max(0, len(messages) - NEWEST)
    if earlier and st.toggle(f"Show {plural(earlier, 'earlier message')}", key="conversation.all"):
        earlier = 0
    height: Any = _HEIGHT if len(messages) > _SHORT else "content"
    with st.container(height=height, border=False, autoscroll=True, key="conversation.said"):
        for message in messages[earlier:]:
            _show_message(message)
        if not messages and not is_answering:
            st.caption("Nothing has been said yet.")
        if is_answering:
            with st.chat_message("assistant"):
                step = f" {escape(execution.current_task)}" if execution.current_task else ""
                st.caption(f":material/pending: Answering…{step}")
        if early := _early(execution):
            with st.chat_message("user"):
                show_markdown(early)
                st.caption(":material/schedule: Sent when the answer is there, while this page is open")


def _show_message(message: Mapping[str, Any]) -> None:
    role = str(message.get("role"))
    with st.chat_message(_WHO.get(role, "assistant"), avatar=None if role in _WHO else ":material/info:"):
        if role not in _WHO:
            st.caption(escape(role))
        show_markdown(as_text(message.get("content") or ""))


def _box(lab: Lab, execution: Execution, question: Question | None, placeholder: str) -> None:
    """What is entered is sent from the callback, so that the same run shows it; the box keeps the cursor."""
    key = BOX.format(execution.execution_id)

    def send() -> None:
        text = str(st.session_state[key] or "").strip()
        if question is not None and text:
            _answer(lab, question, text=text)
        elif text:
            early_messages().setdefault(execution.execution_id, []).append(text)

    st.chat_input(placeholder, key=key, disabled=placeholder == _ASKED, on_submit=send)
    if question is not None:
        st.button(
            "End the conversation",
            icon=":material/logout:",
            key=f"conversation.end.{execution.execution_id}",
            type="tertiary",
            help=FAREWELL_HELP,
            on_click=_answer,
            args=(lab, question),
            kwargs={"outcome": FAREWELL},
        )


def _answer(lab: Lab, question: Question, *, text: str = "", outcome: str | None = None) -> None:
    where = question.question_id
    attempt(lambda: lab.answer(question.execution_id, text, question_id=where, outcome=outcome))
