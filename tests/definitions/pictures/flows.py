"""A flow to draw: a loop, a join, a person, an error route and a trigger that nothing fires."""

from __future__ import annotations

from typing import Any


def review_flow() -> dict[str, Any]:
    """Steps that are connected in every way that a flow knows."""
    return {
        "schema": "crewai.flow/v1",
        "name": "review",
        "methods": {
            "research": {"start": True, "do": {"call": "crew", "definition": "brief", "version": 3}},
            "decide": {
                "listen": "research",
                "router": True,
                "emit": ["good", "bad"],
                "do": {"call": "expression", "expr": "'good'"},
            },
            "again": {
                "listen": "bad",
                "do": {
                    "call": "agent",
                    "with": {"role": "Editor", "llm": "rehearsal/plain", "tools": ["FileReadTool"]},
                },
                "on_error": {"emit": "broken"},
            },
            "recheck": {
                "listen": "again",
                "router": True,
                "emit": ["bad"],
                "do": {"call": "expression", "expr": "'bad'"},
            },
            "write": {"listen": {"and": ["good", "research"]}, "do": {"call": "flow", "definition": "inner"}},
            "ask": {
                "listen": "write",
                "do": {"call": "expression", "expr": "1"},
                "human_feedback": {"message": "Publish?", "emit": ["approved", "revise"]},
            },
            "publish": {
                "listen": {"or": ["approved", {"and": ["revise", "write"]}, "nobody"]},
                "do": {"call": "tool", "ref": "FileWriterTool"},
            },
            "alarm": {
                "listen": "broken",
                "do": {
                    "call": "each",
                    "in": "state.rows",
                    "do": [{"name": "look", "action": {"call": "tool", "ref": "DirectoryReadTool"}}],
                },
            },
        },
    }
