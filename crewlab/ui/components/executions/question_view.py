"""A question to a person: what the agent answered, and a form to accept that or to send it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.definitions.flows.conversation import LISTEN, is_conversation
from crewlab.errors import CrewLabError
from crewlab.ui.components.error_box import error_box
from crewlab.ui.components.executions.conversation_view import is_own_turn
from crewlab.ui.components.executions.output_view import show_output
from crewlab.ui.components.executions.step_question import answer_form, turn_form
from crewlab.ui.components.formats import ago, clock
from crewlab.ui.components.plain_text import escape
from crewlab.ui.toasts import toast_next

if TYPE_CHECKING:
    from crewlab.executions.execution import Execution
    from crewlab.executions.person import Question
    from crewlab.lab import Lab

_AT_DEADLINE = {
    "accept": "it is accepted",
    "fail": "the task fails",
    "feedback": "the agent gets the feedback of the definition",
}


def show_questions(lab: Lab, execution: Execution) -> None:
    """Draw the open questions of one execution; what it waits for as a conversation has a box of its own."""
    for question in lab.waiting(execution.execution_id):
        if not is_own_turn(question, execution):
            show_question(lab, question)


def show_question(lab: Lab, question: Question) -> None:
    """Draw one question with its answer form; keys follow from its id, so that others may come and go."""
    with st.container(border=True, key=f"question.{question.question_id}"):
        st.markdown(_title(lab, question))
        if question.prompt:
            st.markdown(escape(question.prompt))
        show_output(
            question.output,
            _data(question),
            key=f"question.{question.question_id}.output",
            file_name=f"{question.task_name}_{question.execution_id}.md",
        )
        st.caption(f"Asked {ago(question.asked_at)}{_deadline(question)}")
        if is_of_step(question):
            _step_form(lab, question)
        else:
            _form(lab, question)


def _title(lab: Lab, question: Question) -> str:
    if _is_turn(lab, question):
        return f":material/forum: A conversation with **{escape(question.definition_name)}** waits for you"
    who = f"a step of {escape(question.definition_name)}" if is_of_step(question) else escape(question.agent)
    return f":material/front_hand: **{escape(question.task_name)}** waits for you · {who}"


def is_of_step(question: Question) -> bool:
    """Whether a step of a flow asks, and no agent is there to work anything in."""
    return not question.agent


def _data(question: Question) -> Any:
    """The output as data; that of a step is kept with its type, and only shown as such where it is no text."""
    if not is_of_step(question):
        return question.output_json
    value = (question.output_json or {}).get("value")
    return value if isinstance(value, list | dict) and "raw" not in value else None


def _is_turn(lab: Lab, question: Question) -> bool:
    """Whether a conversation waits for what the person says next."""
    return question.task_name == LISTEN and is_conversation(lab.execution(question.execution_id).document)


def _reads_words(lab: Lab, question: Question) -> bool:
    """Whether the step names a model that reads an outcome out of words."""
    if not question.outcomes:
        return False
    steps = lab.execution(question.execution_id).document.get("methods") or {}
    feedback = (steps.get(question.task_name) or {}).get("human_feedback") or {}
    return bool(feedback.get("llm"))


def _step_form(lab: Lab, question: Question) -> None:
    if _is_turn(lab, question):
        said = turn_form(question)
        if said is not None:
            _send(lab, question, said.text, said.outcome, "Sent." if said.text else "The conversation is over.")
        return
    answered = answer_form(question, reads_words=_reads_words(lab, question))
    if answered is not None:
        went = f"Sent: the flow goes on with {answered.outcome}." if answered.outcome else "Sent: the flow goes on."
        _send(lab, question, answered.text, answered.outcome, went)


def _deadline(question: Question) -> str:
    if question.deadline is None:
        return ""
    return f" · when nobody answers until {clock(question.deadline)}, {_AT_DEADLINE[question.on_timeout]}"


def _form(lab: Lab, question: Question) -> None:
    key = f"question.{question.question_id}"
    feedback = st.text_area(
        "Feedback",
        key=f"{key}.feedback",
        height=90,
        placeholder="What shall be different. The agent works it in, and asks you again.",
    )
    with st.container(horizontal=True):
        accepts = st.button(
            "Accept",
            icon=":material/check:",
            key=f"{key}.accept",
            type="primary",
            help="The answer is taken as it is. No model is called for that.",
        )
        sends = st.button(
            "Send feedback",
            icon=":material/reply:",
            key=f"{key}.send",
            help="One more turn of this agent is paid for; nothing else runs again.",
        )
    text = (feedback or "").strip()
    if accepts and text:
        st.warning("There is feedback in the box: send it, or clear it to accept.", icon=":material/help:")
    elif sends and not text:
        st.warning("Write what shall be different, or accept the answer.", icon=":material/help:")
    elif accepts or sends:
        _answer(lab, question, text)


def _answer(lab: Lab, question: Question, text: str) -> None:
    _send(lab, question, text, None, "Sent: the agent works on it, and asks again." if text else "Accepted.")


def _send(lab: Lab, question: Question, text: str, outcome: str | None, told: str) -> None:
    try:
        lab.answer(question.execution_id, text, question_id=question.question_id, outcome=outcome)
    except CrewLabError as error:  # somebody else was faster, in another tab perhaps
        error_box(error)
        return
    toast_next(told, ":material/check_circle:")
    st.rerun()
