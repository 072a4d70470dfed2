"""`chat`: find out in a conversation what a crew shall do, and let it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Annotated

import typer

import crewlab
from crewlab.commands.terminal import answer, say

LAST_WORDS = ("exit", "quit", "bye")


def chat(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A crew with a chat_llm.", show_default=False)],
) -> None:
    """Talk about a crew until it can run, on its chat_llm. Each turn and each run is an execution."""
    with crewlab.open() as lab:
        conversation = lab.chat(name)
        say(f"What shall {name} do? `exit` ends.")
        for text in _said():
            reply = conversation.say(text)
            answer(reply.text)
            if reply.execution is not None:
                say(f"Execution {reply.execution.execution_id}: {reply.execution.status.value}.")


def _said() -> Iterator[str]:
    """The lines that a person enters, until the last words or the end of the input."""
    for line in sys.stdin:
        if line.strip().lower() in LAST_WORDS:
            return
        if line.strip():
            yield line
