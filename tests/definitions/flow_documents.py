"""A flow with every kind of step, what it uses, and what a machine knows of both."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from crewlab.definitions.kinds import kind_of
from crewlab.definitions.known import Known, KnownDefinitions
from crewlab.definitions.library.tool_records import Obstacle
from crewlab.definitions.version import DefinitionVersion, content_hash
from crewlab.errors import DefinitionNotFoundError

CREW: dict[str, Any] = {
    "name": "brief",
    "agents": {"writer": {"role": "Writer", "goal": "Write", "backstory": "Brief", "llm": "rehearsal/plain"}},
    "tasks": [
        {"name": "find", "description": "Find {topic}", "expected_output": "A list", "agent": "writer"},
        {
            "name": "find it",
            "description": "Find it",
            "expected_output": "A list",
            "agent": "writer",
            "output_json": {"type": "object", "properties": {"score": {"type": "integer"}}},
        },
    ],
}
SCHEMA = {
    "type": "object",
    "properties": {"topic": {"type": "string"}, "rows": {"type": "array"}, "best": {"type": "string"}},
    "required": ["topic"],
}


def expression(text: str = "1") -> dict[str, Any]:
    return {"call": "expression", "expr": text}


INNER = {
    "name": "inner",
    "state": {"type": "json_schema", "json_schema": SCHEMA},
    "methods": {"a": {"start": True, "do": expression("state.topic")}},
}
FLOW: dict[str, Any] = {
    "schema": "crewai.flow/v1",
    "name": "whole",
    "description": "Everything at once",
    "state": {"type": "json_schema", "json_schema": SCHEMA, "default": {"rows": [1, 2]}},
    "config": {"max_method_calls": 10},
    "methods": {
        "research": {
            "start": True,
            "do": {
                "call": "crew",
                "definition": "brief",
                "inputs": {"topic": "${state.topic}"},
                "context": {"find": ["Look at ${state.rows}"]},
            },
            "set": {"best": "output.tasks.find.raw"},
            "on_error": {"emit": "broken"},
            "timeout_seconds": 60,
        },
        "apology": {"listen": "broken", "do": expression("'sorry'")},
        "side": {"start": True, "do": {"call": "flow", "definition": "inner", "inputs": {"topic": "x"}}},
        "decide": {
            "listen": "research",
            "router": True,
            "emit": ["good", "bad"],
            "do": expression("outputs.research.json_dict.score > 5 ? 'good' : 'bad'"),
        },
        "write": {
            "listen": {"and": ["good", "side"]},
            "do": {
                "call": "agent",
                "with": {
                    "role": "Writer",
                    "goal": "Write",
                    "backstory": "Brief",
                    "llm": "rehearsal/plain",
                    "input": 'Say ${outputs.research.tasks["find it"].raw}',
                },
            },
        },
        "look": {"listen": "bad", "do": {"call": "tool", "ref": "Search", "with": {"query": "${state.topic}"}}},
        "rows": {
            "listen": {"or": ["look", "write"]},
            "do": {
                "call": "each",
                "in": "state.rows",
                "concurrency": 2,
                "do": [
                    {"name": "sq", "action": expression("item * item")},
                    {"name": "big", "if": "outputs.sq > 1", "action": expression("outputs.sq + 100")},
                ],
            },
        },
        "ask": {
            "listen": "rows",
            "do": expression("outputs.rows"),
            "human_feedback": {"message": "Good?", "emit": ["again", "done"], "default_outcome": "done"},
        },
        "repeat": {"listen": "again", "router": True, "emit": ["good", "bad"], "do": expression("'good'")},
        "end": {"listen": "done", "do": expression("{'rows': outputs.rows, 'at': string(now())}")},
    },
}


def found(name: str, number: int | None) -> DefinitionVersion:
    documents = {
        "brief": CREW,
        "inner": INNER,
        "old": CREW,
        "back": uses("whole"),
        "round": uses("round", name="round"),
    }
    if name not in documents or number not in (None, 1):
        raise DefinitionNotFoundError(name)
    document = documents[name]
    return DefinitionVersion(
        definition_id=f"id-{name}",
        owner="me",
        kind=kind_of(document),
        name=name,
        number=1,
        content_hash=content_hash(document),
        document=document,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def uses(flow: str, name: str = "back") -> dict[str, Any]:
    return {"name": name, "methods": {"a": {"start": True, "do": {"call": "flow", "definition": flow}}}}


KNOWN = Known(
    tools=frozenset({"Search", "Blocked"}),
    tool_obstacles={"Blocked": Obstacle("tool.key.missing", "It needs a key.", "Set it.")},
    definitions=KnownDefinitions(found, {"brief": "crew", "inner": "flow", "back": "flow"}, frozenset({"old"})),
)
