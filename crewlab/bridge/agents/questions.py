"""How a question, or a conversation, is put to an agent that works outside a crew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crewai.agent.core import _carries_payload, _request_index
from crewai.agents.agent_executor import AgentExecutor
from crewai.utilities.message_utils import message_content_text

from crewlab.bridge.contract import Message
from crewlab.errors import InputsError


def asked(prompt: str | Sequence[Message], told: str, executor: AgentExecutor) -> dict[str, Any]:
    """What crewAI's executor is started with; `told` goes with the question.

    Raises:
        InputsError: Nothing is asked.
    """
    before, question, after = _parts(prompt)
    if not question.strip() and not before and not after:
        raise InputsError("The agent is asked nothing.", "Give the step an input.")
    known = {"tool_names": executor.tools_names, "tools": executor.tools_description}
    around = {name: messages for name, messages in (("history", before), ("trailing", after)) if messages}
    return {"input": question + told, **known, **around}


def _parts(prompt: str | Sequence[Message]) -> tuple[list[Any], str, list[Any]]:
    """What was said before, the question, and what was said after it."""
    if isinstance(prompt, str):
        return [], prompt, []
    said: list[Any] = [message for message in map(_without_gaps, prompt) if _carries_payload(message)]
    if not said:
        return [], "", []
    index = _request_index(said)
    return said[:index], message_content_text(said[index]), said[index + 1 :]


def _without_gaps(message: Mapping[str, Any]) -> Any:
    return {name: value for name, value in message.items() if value is not None or name == "content"}
