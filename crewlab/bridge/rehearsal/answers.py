"""What the rehearsal model answers: no knowledge, no chance, only what the prompt says. Knows no crewAI."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crewlab.bridge.rehearsal.draws import Draws
from crewlab.bridge.rehearsal.plans import observation_of
from crewlab.bridge.rehearsal.prompt import Prompt, read_prompt
from crewlab.bridge.rehearsal.recollection import recollection_answer
from crewlab.bridge.rehearsal.routes import route_answer
from crewlab.bridge.rehearsal.schema import SchemaSampler
from crewlab.bridge.rehearsal.text import REVISED, VOICES, free_text
from crewlab.bridge.rehearsal.tools import next_tool_call
from crewlab.bridge.rehearsal.topics import likely_inputs

_REFUSES_ONE_IN = 12
_FINAL_ANSWER = "Thought: I now can give a great answer\nFinal Answer: "


@dataclass(frozen=True)
class ToolCall:
    """A tool that the model wants called."""

    call_id: str
    name: str
    arguments: dict[str, Any] = field(default_factory=dict)

    def as_message(self) -> dict[str, Any]:
        """The call as the OpenAI protocol writes it."""
        function = {"name": self.name, "arguments": json.dumps(self.arguments, ensure_ascii=False)}
        return {"id": self.call_id, "type": "function", "function": function}


@dataclass(frozen=True)
class Answer:
    """Text (which is JSON when a schema was given), or else tool calls."""

    text: str = ""
    tool_calls: tuple[ToolCall, ...] = ()

    @property
    def finish_reason(self) -> str:
        return "tool_calls" if self.tool_calls else "stop"


def answer(
    messages: str | Sequence[Mapping[str, Any]],
    *,
    tools: Sequence[Mapping[str, Any]] | None = None,
    schema: Mapping[str, Any] | None = None,
    seed: int = 0,
    voice: str = "plain",
) -> Answer:
    """What the model of this `voice` and `seed` says; equal arguments give an equal answer.

    `tools` are in the shape of the OpenAI protocol. With a `schema` the text is JSON that fits it,
    and tools are not called. An unknown voice speaks like `plain`.
    """
    known = recollection_answer(messages) or route_answer(messages, schema)
    if known is not None:
        return Answer(text=known)
    prompt = read_prompt(messages)
    voice = voice if voice in VOICES else "plain"
    draws = Draws(f"{seed}\n{voice}\n{prompt.whole}")
    if schema is not None:
        return Answer(text=_structured(prompt, schema, draws))
    call = next_tool_call(prompt, tools, draws) if tools else None
    if call is not None:
        return Answer(tool_calls=(ToolCall(f"call_{draws.mark}_{len(prompt.tools_called)}", *call),))
    return Answer(text=_final(prompt, draws, voice))


def _final(prompt: Prompt, draws: Draws, voice: str) -> str:
    schema = prompt.schema
    text = _structured(prompt, schema, draws) if schema is not None else free_text(prompt, draws, voice)
    return _FINAL_ANSWER + text if prompt.wants_final_answer_marker else text


def _structured(prompt: Prompt, schema: Mapping[str, Any], draws: Draws) -> str:
    if seen := observation_of(schema):
        return json.dumps(seen)
    phrases = likely_inputs(prompt.task)
    if prompt.feedback:
        phrases = [f"{phrase}, {REVISED.lower()}" for phrase in phrases]
    value = SchemaSampler(schema, draws, phrases, passes=_passes(prompt, draws)).sample()
    return json.dumps(value, ensure_ascii=False)


def _passes(prompt: Prompt, draws: Draws) -> bool:
    """Whether a check of somebody's work finds it valid: nearly always, and always after a revision."""
    return REVISED.lower() in prompt.whole.lower() or draws.number(_REFUSES_ONE_IN) > 0


def estimated_tokens(text: str) -> int:
    """Four characters make a token, at least one."""
    return max(1, (len(text) + 3) // 4)
