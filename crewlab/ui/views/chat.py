"""Chat: a conversation about a crew that finds out what it shall do, and runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from crewlab.definitions.flows.conversation import is_conversation
from crewlab.ui.components.chat.talk import ADDRESS, Talk
from crewlab.ui.components.chat.talk_view import show_actions, show_talk
from crewlab.ui.components.empty_state import empty_state
from crewlab.ui.components.live import live
from crewlab.ui.components.plain_text import escape
from crewlab.ui.links import keep_address, link
from crewlab.ui.state import parameter
from crewlab.ui.window import name_window

if TYPE_CHECKING:
    from crewlab.definitions.version import DefinitionVersion
    from crewlab.lab import Lab


def render(lab: Lab) -> None:
    """Draw the conversation about the crew in the address (`id`, a name or an id)."""
    keep_address("chat", *ADDRESS)
    name_or_id = parameter("id")
    if name_or_id is None:
        st.title("Chat")
        with empty_state(
            "No crew chosen", "Open a crew with a model of conversations, then *Chat*.", ":material/forum:"
        ):
            link("definitions", "All definitions", ":material/groups:")
        return
    version = lab.definitions.version(name_or_id)
    link("definition", escape(version.name), ":material/arrow_back:", id=version.definition_id)
    st.title(f"Chat · {escape(version.name)}")
    name_window(f"Chat · {version.name}")
    if version.document.get("chat_llm") and version.kind == "crew":
        _talk(lab, version)
    else:
        _nobody_to_talk_to(version)


def _talk(lab: Lab, version: DefinitionVersion) -> None:
    talk = Talk.at_address(lab, version)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Its model of conversations asks for what the crew needs. Each turn, and each run, is an execution.")
        show_actions(talk)
    live(lambda: show_talk(lab, version), is_active=talk.is_active)


def _nobody_to_talk_to(version: DefinitionVersion) -> None:
    if is_conversation(version.document):
        with empty_state("This flow talks itself", "Each of its executions is a conversation.", ":material/forum:"):
            link("launch", "Launch it", ":material/rocket_launch:", definition=version.definition_id)
        return
    text = "Choose a *Model of conversations* under *Crew*, *Advanced*, and save a version."
    if version.kind == "flow":
        text = "A flow talks when it is a conversation: switch that on under *Flow*, and save a version."
    with empty_state("Nobody to talk to", text, ":material/forum:"):
        link("definition", "Open it", ":material/edit_note:", id=version.definition_id)
