"""What reaches the model is what stock crewAI sends for the same crew, request by request."""

from __future__ import annotations

import contextvars
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crewlab.bridge import load
from crewlab.bridge.rehearsal_answers import Answer, ToolCall
from tests.bridge.attempts import run
from tests.model_server import Body, ModelServer

load()

from crewai import LLM, Agent, Crew, Process, Task  # noqa: E402 - after load(), which settles its environment
from crewai_core.printer import set_suppress_console_output  # noqa: E402 - as above

from crewlab.bridge.task_fields import model_of_schema  # noqa: E402 - as above
from crewlab.bridge.tools import make_tool  # noqa: E402 - as above

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
AGENTS = {
    "scout": {"role": "Scout of {topic}", "goal": "Find {topic}", "backstory": "Curious."},
    "writer": {"role": "Writer", "goal": "Write", "backstory": "Terse."},
}


def task(name: str, agent: str | None = "scout", **more: Any) -> dict[str, Any]:
    return {"name": name, "description": f"{name} {{topic}}", "expected_output": f"A {name}", "agent": agent, **more}


def crew(*tasks: dict[str, Any], agents: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"name": "crew", "agents": agents or AGENTS, "tasks": list(tasks), **more}


CREWS: dict[str, dict[str, Any]] = {
    "a chain": crew(task("look"), task("tell", "writer"), task("check")),
    "contexts": crew(task("a"), task("b", "writer", context=[]), task("c", context=["a"])),
    "markdown": crew(task("look", markdown=True)),
    "a schema": crew(task("look", output_json=SCHEMA)),
    "tools": crew(task("look", tools=["FileReadTool"])),
    "tools and a schema": crew(task("look", tools=["FileReadTool"], output_json=SCHEMA)),
    "delegation": crew(task("look"), agents={**AGENTS, "scout": {**AGENTS["scout"], "allow_delegation": True}}),
    "a manager": crew(task("look", None), process="hierarchical"),
    "a manager and an agent": crew(task("look", "writer"), process="hierarchical"),
    "no system prompt": crew(task("look"), agents={"scout": {**AGENTS["scout"], "use_system_prompt": False}}),
}


VALUES = {"coworker": "Writer", "task": "this", "context": "that", "file_path": "a.txt"}


def reply(body: Body) -> Answer | str:
    """The first tool once, natively or in text, then an answer that fits every crew."""
    whole, tools = "\n".join(str(message["content"]) for message in body["messages"]), body.get("tools") or []
    if tools and not any(message["role"] == "tool" for message in body["messages"]):
        function = tools[0]["function"]
        wanted = {name: value for name, value in VALUES.items() if name in function["parameters"]["properties"]}
        return Answer(tool_calls=(ToolCall("c0", function["name"], wanted),))
    in_text = re.search(r"Tool Name: (\w+)", whole)
    if in_text and "Observation: content" not in whole and "\nObservation: {" not in whole:
        wanted = {"file_path": "a.txt"} if "file" in in_text.group(1) else {**VALUES, "file_path": None}
        return f"Thought: a tool\nAction: {in_text.group(1)}\nAction Input: {json.dumps(wanted)}"
    return 'Thought: done\nFinal Answer: {"n": 1}' if in_text else '{"n": 1}'


def sent(server: ModelServer) -> list[Any]:
    """What counts in a request: messages, tools and stop words, in order."""
    bodies = [request.body for request in server.requests]
    return [(body["messages"], body.get("tools"), body.get("stop")) for body in bodies]


@pytest.mark.parametrize("model", ["openai/any", "openai/o1-text"])
@pytest.mark.parametrize("name", CREWS)
def test_the_requests_are_those_of_stock_crewai(name: str, model: str, tmp_path: Path):
    """The same messages, tools and stop words, also for models that use tools in text."""
    (tmp_path / "a.txt").write_text("content\n")
    document = CREWS[name]
    with ModelServer(reply=reply) as ours, ModelServer(reply=reply) as stock:
        llm = {"model": model, "base_url": ours.url}
        attempt = run({**document, "llm": llm}, {"topic": "tea"}, files=tmp_path)
        assert attempt.error is None
        contextvars.Context().run(_kickoff, document, stock.url, model, tmp_path)
        assert sent(ours) == sent(stock)
        assert len(ours.requests) >= len(document["tasks"])


def _kickoff(document: dict[str, Any], url: str, model: str, files: Path) -> None:
    set_suppress_console_output(True)
    llm = LLM(model=model, base_url=url, api_key="x")
    agents = {name: Agent(**fields, llm=llm) for name, fields in document["agents"].items()}
    tasks: dict[str, Task] = {}
    for fields in document["tasks"]:
        tasks[fields["name"]] = Task(**_stock(fields, agents, tasks, files))
    more = {"process": Process.hierarchical, "manager_llm": llm} if "process" in document else {}
    Crew(agents=list(agents.values()), tasks=list(tasks.values()), **more).kickoff(inputs={"topic": "tea"})


def _stock(fields: dict[str, Any], agents: dict[str, Agent], tasks: dict[str, Task], files: Path) -> dict[str, Any]:
    change: dict[str, Callable[[Any], Any]] = {
        "agent": lambda name: agents[name] if name else None,
        "context": lambda names: [tasks[name] for name in names],
        "tools": lambda names: [make_tool(name, files) for name in names],
        "output_json": lambda schema: model_of_schema("look", schema),
    }
    return {name: change[name](value) if name in change else value for name, value in fields.items()}
