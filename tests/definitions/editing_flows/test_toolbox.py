"""Who has which tool."""

from __future__ import annotations

from crewlab.definitions.editing_flows.toolbox import calls_of, give_tool, tools_of

CREW = {
    "agents": {"a": {"tools": ["Read", "List"]}, "b": {}},
    "tasks": [{"name": "t", "tools": ["Read"]}, {"name": "u", "tools": []}],
}
FLOW = {
    "methods": {
        "ask": {"do": {"call": "agent", "with": {"role": "r", "tools": ["Read"]}}},
        "call": {"do": {"call": "tool", "ref": "Write"}},
        "own": {"do": {"call": "crew", "with": CREW}},
        "rows": {"do": {"call": "each", "do": [{"name": "x", "action": {"call": "tool", "ref": "Write"}}]}},
    }
}


def labels(document: dict) -> dict[str, list[str]]:
    return {tool: [holder.label for holder in found] for tool, found in tools_of(document).items()}


def test_tools_are_listed_with_who_has_them():
    """Agents and tasks of a crew; agents of a flow's steps, and those of crews written into it."""
    assert labels(CREW) == {"Read": ["agent a", "task t"], "List": ["agent a"]}
    assert labels(FLOW)["Read"] == ["agent of the step ask", "own › agent a", "own › task t"]
    assert calls_of(FLOW) == {"Write": ["call", "rows"]}


def test_a_tool_is_given_and_taken():
    """Exactly those who were chosen have it; nothing else changes."""
    changed = give_tool(CREW, "Read", [("agents", "b", "tools")])
    assert changed["agents"] == {"a": {"tools": ["List"]}, "b": {"tools": ["Read"]}}
    assert changed["tasks"] == [{"name": "t"}, {"name": "u", "tools": []}]
    assert give_tool(CREW, "Read", [("agents", "a", "tools"), ("tasks", 0, "tools")]) == CREW
    assert "Read" not in labels(give_tool(FLOW, "Read", []))
