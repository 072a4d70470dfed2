"""A conversation about a crew on the screen: bubbles, what the crew would run with, and a box to say something."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import streamlit as st

from crewlab.definitions.chatting import CHAT_MESSAGES
from crewlab.definitions.placeholders import placeholders
from crewlab.executions.status import ExecutionStatus
from crewlab.ui.components.cells import as_text
from crewlab.ui.components.chat.talk import Talk, begin_anew
from crewlab.ui.components.executions.output_view import show_markdown
from crewlab.ui.components.plain_text import escape, shorten
from crewlab.ui.components.rehearsal_label import rehearsal_badge
from crewlab.ui.links import link

if TYPE_CHECKING:
    from crewlab.definitions.version import DefinitionVersion
    from crewlab.executions.execution import Execution
    from crewlab.lab import Lab

BOX = "chat.say"
_SHORT, _HEIGHT = 6, 560
"""A conversation of more messages has a scroll bar of its own, at this height."""
_SHOWN = 300


def show_talk(lab: Lab, version: DefinitionVersion) -> bool:
    """Draw the conversation that the address names; whether somebody is about to answer."""
    talk = Talk.at_address(lab, version)
    if talk.early and not talk.is_active:
        talk.say(lab, talk.early)
        st.rerun()
    with st.container(border=True, key="chat"):
        height: Any = _HEIGHT if len(talk.said) > _SHORT else "content"
        with st.container(height=height, border=False, autoscroll=True, key="chat.said"):
            _said(talk)
            _going_on(lab, talk)
            _waiting_words(lab, talk)
        _box(lab, version)
    return talk.is_active


def _said(talk: Talk) -> None:
    asked = [name for name in placeholders(talk.version.document) if name != CHAT_MESSAGES]
    if not talk.said:
        needs = f" It needs: {', '.join(f'**{escape(name)}**' for name in asked)}." if asked else ""
        st.caption(f"Say what {escape(talk.version.name)} shall do.{needs} What is missing is asked for.")
    for message in talk.said:
        with st.chat_message("user" if message["role"] == "user" else "assistant"):
            show_markdown(as_text(message["content"]))


def _going_on(lab: Lab, talk: Talk) -> None:
    """What happens now, or can be done now."""
    if talk.run is not None:
        _run(talk.run)
    elif talk.turn is not None and talk.turn.status.is_active:
        with st.chat_message("assistant"):
            st.caption(":material/pending: Answering…")
    elif talk.has_failed and talk.turn is not None:
        _failed(lab, talk, talk.turn)
    elif talk.found is not None and talk.found.inputs is not None:
        _proposal(lab, talk, talk.found.inputs)


def _run(run: Execution) -> None:
    if not run.status.is_active:
        link("execution", f"The execution that answered: {run.status.value}", ":material/play_circle:",
             id=run.execution_id)  # fmt: skip
        return
    with st.chat_message("assistant"):
        if run.status is ExecutionStatus.WAITING:
            st.caption(":material/inbox: A task asks a person something first.")
        else:
            now = f": {escape(run.current_task)}" if run.current_task else ""
            st.caption(f":material/pending: {run.tasks_done} of {run.tasks_total} tasks done{now}")
        link("execution", "Look at it", ":material/play_circle:", id=run.execution_id)


def _failed(lab: Lab, talk: Talk, turn: Execution) -> None:
    with st.chat_message("assistant", avatar=":material/error:"):
        why = turn.error.message if turn.error else f"The turn ended {turn.status.value}."
        st.error(f"The chat model did not answer: {escape(why)}")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button("Ask again", icon=":material/replay:", key="chat.again", on_click=_act,
                      args=(lab, talk.version, Talk.ask_again))  # fmt: skip
            link("execution", "What happened", ":material/play_circle:", id=turn.execution_id)


def _proposal(lab: Lab, talk: Talk, inputs: dict[str, Any]) -> None:
    """What the crew would run with: to look at before it costs something."""
    with st.container(border=True, key="chat.proposal"):
        shown = {name: value for name, value in inputs.items() if name != CHAT_MESSAGES}
        lines = [f"- **{escape(name)}**: {escape(shorten(as_text(value), _SHOWN))}" for name, value in shown.items()]
        st.markdown("\n".join(["It would run with:", "", *lines] if lines else ["It needs nothing more."]))
        st.button("Run it", icon=":material/play_arrow:", type="primary", key="chat.run", on_click=_act,
                  args=(lab, talk.version, Talk.start_run))  # fmt: skip
        st.caption("Or say what shall be different.")


def _act(lab: Lab, version: DefinitionVersion, act: Callable[[Talk, Lab], None]) -> None:
    """Of two clicks in a row the second one finds what the first has done."""
    act(Talk.at_address(lab, version), lab)


def _waiting_words(lab: Lab, talk: Talk) -> None:
    """What was entered and is not sent yet."""
    if talk.early:
        with st.chat_message("user"):
            show_markdown(talk.early)
            st.caption(":material/schedule: Sent when the answer is there")
    if talk.unsent and not talk.is_active:
        with st.chat_message("user"):
            show_markdown(talk.unsent)
            st.button("Send again", icon=":material/replay:", key="chat.send", on_click=_act,
                      args=(lab, talk.version, Talk.send_again), help="It could not be sent.")  # fmt: skip


def _box(lab: Lab, version: DefinitionVersion) -> None:
    """What is entered is sent from the callback, so that the same run shows it; the box keeps the cursor."""

    def send() -> None:
        text = str(st.session_state[BOX] or "").strip()
        if text:
            Talk.at_address(lab, version).say(lab, text)

    st.chat_input("Your message", key=BOX, on_submit=send)


def show_actions(talk: Talk) -> None:
    """Beside the title: the label of what no model has answered, and a way to begin anew."""
    if any(one is not None and one.is_rehearsal for one in (talk.turn, talk.run)):
        rehearsal_badge()
    if talk.turn is not None:
        st.button("New conversation", icon=":material/add_comment:", key="chat.new", on_click=begin_anew,
                  help="This one stays in this browser's history, and its executions are kept.")  # fmt: skip
