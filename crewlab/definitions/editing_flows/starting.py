"""A flow to begin with."""

from __future__ import annotations

import copy
from typing import Any

from crewlab.definitions.editing import STARTER_MODEL
from crewlab.definitions.kinds import SCHEMA


def new_flow(name: str) -> dict[str, Any]:
    """A flow that runs as it is, on the rehearsal model: a draft, a look at its length, a shorter text if needed."""
    return {
        "schema": SCHEMA,
        "name": name,
        "state": {
            "type": "json_schema",
            "json_schema": {
                "type": "object",
                "properties": {
                    "topic": {"type": "string", "description": "What to write about"},
                    "most_characters": {"type": "integer", "description": "Longer texts are shortened"},
                    "text": {"type": "string", "description": "The text so far"},
                },
                "required": ["topic"],
            },
            "default": {"topic": "heat pumps", "most_characters": 400},
        },
        "methods": {
            "draft": {
                "start": True,
                "do": _agent(
                    "Writer", "Make a topic easy to understand", "Write three paragraphs about ${state.topic}."
                ),
                "set": {"text": "output.raw"},
            },
            "measure": {
                "listen": "draft",
                "router": True,
                "emit": ["too_long", "fits"],
                "do": {"call": "expression", "expr": 'size(state.text) > state.most_characters ? "too_long" : "fits"'},
            },
            "shorten": {
                "listen": "too_long",
                "do": _agent(
                    "Editor", "Keep what matters, in few words", "Say this in two sentences:\n\n${state.text}"
                ),
                "set": {"text": "output.raw"},
            },
            "result": {"listen": {"or": ["fits", "shorten"]}, "do": {"call": "expression", "expr": "state.text"}},
        },
    }


def _agent(role: str, goal: str, prompt: str) -> dict[str, Any]:
    backstory = "Writes short sentences for busy people."
    llm = copy.deepcopy(STARTER_MODEL)
    return {"call": "agent", "with": {"role": role, "goal": goal, "backstory": backstory, "llm": llm, "input": prompt}}
