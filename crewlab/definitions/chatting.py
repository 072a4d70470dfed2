"""One turn of a conversation about a crew, as a crew of its own: somebody who asks for inputs and says when to run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from crewlab.definitions.placeholders import missing_inputs, placeholders, with_defaults
from crewlab.errors import DocumentError

Message = Mapping[str, str]
"""`role` is `user` or `assistant`, `content` the words."""
CHAT_MESSAGES = "crew_chat_messages"
"""The input in which a crew is given the conversation, as JSON; crewAI calls it so, too."""
_CONVERSATION, _SAID = "conversation", "messages"
_INSTRUCTIONS = (
    "Help a person to run the crew {crew}. {description}\nIt needs these inputs: {inputs}.\n"
    "Take what the person has said for the inputs and ask for what is missing, one question at a time. When every "
    "input is known, or the person wants a result to be made again in another way, set ready to true; otherwise set it "
    "to false and answer in reply, briefly and in the person's language. Invent no input.\n\n"
    "The conversation so far:\n{conversation}"
)


class Understood(NamedTuple):
    """What a turn has found out."""

    reply: str
    """What the person is told or asked."""
    inputs: dict[str, Any] | None
    """Those of a run of the crew; `None` while one is missing, or the model does not call it ready."""


def chat_document(name: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """The crew of one turn, on the `chat_llm` of the crew `document`.

    Raises:
        DocumentError: The crew has no `chat_llm`.
    """
    llm = document.get("chat_llm")
    if not llm:
        raise DocumentError(
            f"The crew {name!r} has no chat_llm.", "Name the model that talks about it, then try again."
        )
    return {
        "name": f"{name}, chat",
        "agents": {
            "assistant": {
                "role": "Assistant",
                "goal": "Find out what a person wants of a crew",
                "backstory": "Friendly and brief. Asks for what is missing and never guesses it.",
                "llm": llm,
            }
        },
        "tasks": [
            {
                "name": "answer",
                "description": _INSTRUCTIONS,
                "expected_output": "The reply, whether the crew can run, and the inputs that are known.",
                "agent": "assistant",
                "output_json": _schema(list(placeholders(document))),
            }
        ],
    }


def chat_inputs(name: str, document: Mapping[str, Any], conversation: Sequence[Message]) -> dict[str, str]:
    """What the crew of a turn is given."""
    known = with_defaults(document, {})
    wanted = [f"{one} (usually {known[one]})" if one in known else one for one in placeholders(document)]
    return {
        "crew": name,
        "description": str(document.get("description") or ""),
        "inputs": ", ".join(wanted) or "none",
        _CONVERSATION: "\n".join(f"{said['role'].capitalize()}: {said['content']}" for said in conversation),
        _SAID: _as_json(conversation),
    }


def messages_of(inputs: Mapping[str, Any]) -> list[Message]:
    """The conversation that a turn was given, as long as it is one of ours."""
    try:
        said = json.loads(str(inputs.get(_SAID)))
    except ValueError:
        return []
    said = said if isinstance(said, list) else []
    return [one for one in said if isinstance(one, Mapping) and {"role", "content"} <= one.keys()]


def understood(document: Mapping[str, Any], answer: Mapping[str, Any], conversation: Sequence[Message]) -> Understood:
    """What a turn about a crew has answered; an input that it does not say has its default."""
    said = answer.get("inputs")
    known = {name: value for name, value in said.items() if value} if isinstance(said, Mapping) else {}
    inputs = {**with_defaults(document, known), CHAT_MESSAGES: _as_json(conversation)}
    is_ready = answer.get("ready") and not missing_inputs(document, inputs)
    return Understood(str(answer.get("reply") or "What else?"), inputs if is_ready else None)


def _as_json(conversation: Sequence[Message]) -> str:
    return json.dumps(list(conversation), ensure_ascii=False)


def _schema(names: Sequence[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "reply": {"type": "string", "description": "What the person is told or asked"},
            "ready": {"type": "boolean", "description": "Whether the crew can run now"},
            "inputs": {"type": "object", "properties": {name: {"type": "string"} for name in names}},
        },
        "required": ["reply", "ready"],
    }
