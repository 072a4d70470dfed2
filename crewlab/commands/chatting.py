"""`chat`: find out in a conversation what a crew shall do, and let it; or talk to a flow that holds conversations."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Annotated

import typer

import crewlab
from crewlab.commands.launch_values import starting_values
from crewlab.commands.running import Inputs, pairs
from crewlab.commands.terminal import answer, say
from crewlab.engine.people.chats import Chat
from crewlab.engine.people.conversations import Conversation

LAST_WORDS = ("exit", "quit", "bye")


def chat(
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="A crew with a chat_llm, or a conversational flow.", show_default=False),
    ],
    inputs: Inputs = None,
    go_on: Annotated[str | None, typer.Option("--continue", metavar="ID", help="Go on with this conversation.")] = None,
) -> None:
    """Talk to a conversational flow, or about a crew until it can run, on its chat_llm.

    A conversation with a flow is one execution; of a crew, each turn and each run is one.
    """
    with crewlab.open() as lab:
        conversation = lab.chat(name, starting_values(lab, name, pairs(inputs, "--input"), None), execution_id=go_on)
        is_kept = isinstance(conversation, Conversation)
        say(f"You talk to {name}. `exit` ends; Ctrl-D leaves it." if is_kept else f"What shall {name} do? `exit` ends.")
        for text in _said():
            if text.strip().lower() in LAST_WORDS:
                _end(conversation)
                break
            reply = conversation.say(text)
            answer(reply.text)
            if reply.execution is not None:
                say(f"Execution {reply.execution.execution_id}: {reply.execution.status.value}.")
            if _is_over(conversation):
                break
        _show_way_back(conversation)


def _end(conversation: Chat | Conversation) -> None:
    if isinstance(conversation, Conversation):
        conversation.end()


def _is_over(conversation: Chat | Conversation) -> bool:
    return isinstance(conversation, Conversation) and conversation.is_over


def _show_way_back(conversation: Chat | Conversation) -> None:
    """Where a conversation is found, and how it goes on."""
    if isinstance(conversation, Conversation) and (execution := conversation.execution) is not None:
        later = "" if conversation.is_over else f" Go on with --continue {execution.execution_id}."
        say(f"Execution {execution.execution_id}: {execution.status.value}.{later}")


def _said() -> Iterator[str]:
    """The lines that a person enters, until the end of the input."""
    for line in sys.stdin:
        if line.strip():
            yield line
