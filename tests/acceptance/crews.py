"""Crews on a local model server that several acceptance tests run."""

from __future__ import annotations

from typing import Any

SCHEMA = {
    "type": "object",
    "properties": {"label": {"type": "string"}, "urgent": {"type": "boolean"}},
    "required": ["label", "urgent"],
}


def llm(base_url: str, *, stream: bool = False) -> dict[str, Any]:
    """A model behind an OpenAI-compatible server, the way an analyst writes it."""
    return {"model": "openai/test-model", "base_url": base_url, "stream": stream}


def agent(role: str, model: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An agent with the texts that crewAI requires."""
    return {"role": role, "goal": f"Be a good {role}", "backstory": f"A seasoned {role}.", "llm": model, **more}


def task(name: str, who: str, context: list[str], **more: Any) -> dict[str, Any]:
    """A task about the one placeholder `topic`."""
    description = f"Do the {name} of {{topic}}."
    return {
        "name": name,
        "description": description,
        "expected_output": f"The {name} in one line",
        "agent": who,
        "context": context,
        **more,
    }


def chain(model: dict[str, Any], *names: str) -> dict[str, Any]:
    """Tasks one after the other."""
    tasks = [task(name, "analyst", list(names[:i][-1:])) for i, name in enumerate(names)]
    return {"name": "chain", "process": "sequential", "agents": {"analyst": agent("analyst", model)}, "tasks": tasks}


def many_kinds_of_calls(model: dict[str, Any]) -> dict[str, Any]:
    """Side by side: plain, a schema, a text guardrail, a tool; then a join."""
    return {
        "name": "kinds",
        "process": "parallel",
        "agents": {"analyst": agent("analyst", model), "reader": agent("reader", model, tools=["DirectoryReadTool"])},
        "tasks": [
            task("plain", "analyst", []),
            task("schema", "analyst", [], output_json=SCHEMA),
            task("guarded", "analyst", [], guardrail="The answer must be about the topic."),
            task("reading", "reader", []),
            task("join", "analyst", ["plain", "schema", "guarded", "reading"]),
        ],
    }


def managed(model: dict[str, Any]) -> dict[str, Any]:
    """A manager that delegates."""
    tasks = [task("triage", "analyst", []), task("summary", "analyst", ["triage"])]
    for each in tasks:
        del each["agent"]
    return {
        "name": "managed",
        "process": "hierarchical",
        "manager_llm": model,
        "agents": {"analyst": agent("analyst", model), "writer": agent("writer", model)},
        "tasks": tasks,
    }
