"""The cases: a flow, its inputs, and a model and people that answer by a script: the same for both runtimes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.conformance.differences import Difference
from tests.conformance.seen import Seen
from tests.model_server import ModelServer, Step

Step_ = dict[str, Any]
SCHEMA = {"type": "object", "title": "Score", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


@dataclass(frozen=True)
class Answered:
    """What a person says of a step, and which outcome they choose."""

    text: str = ""
    outcome: str | None = None


@dataclass(frozen=True)
class Case:
    """One flow, and what it meets."""

    name: str
    methods: Mapping[str, Step_]
    inputs: Mapping[str, Any] = field(default_factory=dict)
    state: Mapping[str, Any] | None = None
    config: Mapping[str, Any] = field(default_factory=dict)
    answers: Sequence[Answered] = ()
    script: Mapping[str, Sequence[Step]] = field(default_factory=dict)
    """What the server does with requests about a text, instead of answering."""
    held_until: str = ""
    """The step that ends on our side before what the script holds is answered: crewAI's is answered at once."""
    ordered: bool = True
    """Whether the order of requests and steps is settled by the document."""
    differs: Difference | None = None
    """Why the two sides are not equal, if they are not."""
    uses: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Crews and flows that it names. crewAI cannot do that: it gets the flow with all of them written into it."""
    steps: tuple[str, ...] = ()
    """The steps that complete on our side, where the two are not equal."""

    def document(self, url: str) -> dict[str, Any]:
        """The flow, every model of it on the server at `url`."""
        state = {"state": dict(self.state)} if self.state else {}
        whole = {"schema": "crewai.flow/v1", "name": "conformance", **state, "config": dict(self.config)}
        return _with_model({**whole, "methods": dict(self.methods)}, {"model": "openai/any", "base_url": url})

    def definitions(self, url: str) -> list[dict[str, Any]]:
        """What it uses, every model of it on the server at `url`; what is used by others first."""
        llm = {"model": "openai/any", "base_url": url}
        return [_with_model({**used, "name": name}, llm) for name, used in self.uses.items()]

    def comparable(self, told: Seen) -> Seen:
        """What one side did, without the order where the document leaves that open."""
        return told if self.ordered else told.unordered()

    def server(self) -> ModelServer:
        """A new server that knows the script."""
        server = ModelServer()
        for about, steps in self.script.items():
            server.script(*steps, about=about)
        return server


MODEL = "the model of the suite"
NOTE = {"note.txt": "Tea is fine."}
"""The files that both sides can read."""


def _with_model(value: Any, llm: Mapping[str, Any]) -> Any:
    if isinstance(value, Mapping):
        return {name: _with_model(inner, llm) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with_model(inner, llm) for inner in value]
    return dict(llm) if value == MODEL else value


def expr(text: str, **step: Any) -> Step_:
    """A step that evaluates an expression."""
    return {"do": {"call": "expression", "expr": text}, **step}


def crew(
    *tasks: str, inputs: Mapping[str, Any] | None = None, each: Mapping[str, Any] | None = None, retries: int = 2
) -> dict[str, Any]:
    """The action of a crew of one agent that does these tasks on `{topic}`; `each` adds to every task."""
    scout: Step_ = {"role": "Scout of {topic}", "goal": "Find {topic}", "backstory": "Curious.", "llm": MODEL}
    scout["max_retry_limit"] = retries
    described = [
        {"name": name, "description": f"{name} {{topic}}", "expected_output": f"A {name}", "agent": "scout"}
        for name in tasks
    ]
    whole = {"name": "crew", "agents": {"scout": scout}, "tasks": [{**task, **(each or {})} for task in described]}
    return {"call": "crew", "with": whole, "inputs": {"topic": "${state.topic}"} if inputs is None else dict(inputs)}


def agent(text: str, **fields: Any) -> dict[str, Any]:
    """The action of one agent who is told this."""
    who = {"role": "Writer", "goal": "Write", "backstory": "Terse.", "llm": MODEL}
    return {"call": "agent", "with": {**who, "input": text, **fields}}


def tool(file: str) -> dict[str, Any]:
    """The action of the tool that reads a file; `note.txt` is there."""
    return {"call": "tool", "ref": "crewai_tools:FileReadTool", "with": {"file_path": file}}


def each(items: str, *steps: Mapping[str, Any]) -> dict[str, Any]:
    """The action that does some steps for every item."""
    return {"call": "each", "in": items, "do": list(steps)}


def inner(name: str, action: Mapping[str, Any] | str, when: str | None = None) -> dict[str, Any]:
    """One step of an `each`; text is an expression."""
    written = {"call": "expression", "expr": action} if isinstance(action, str) else action
    return {"name": name, **({"if": when} if when else {}), "action": written}
