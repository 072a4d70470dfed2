"""An agent outside a crew is asked, and answers, as with crewAI's own `Agent.kickoff`."""

from __future__ import annotations

import contextvars
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import AsyncMock, patch

import pytest

from crewlab.bridge import load
from tests.bridge.attempts import Attempt, in_context, request_for
from tests.model_server import ModelServer
from tests.parity.cases import BOTH, FUNCTIONS, TEXT, in_turn
from tests.parity.catalogue import LOOK_UP, SCHEMA, final, once, plans, sees
from tests.parity.sides import Seen, seen

load()

from crewai import LLM, Agent  # noqa: E402 - after load(), which settles its environment
from crewai_core.printer import set_suppress_console_output  # noqa: E402 - as above

from crewlab.bridge.agents.fields import planning_config  # noqa: E402 - as above
from crewlab.bridge.tasks.fields import model_of_schema  # noqa: E402 - as above
from crewlab.bridge.tools.toolbox import Toolbox  # noqa: E402 - as above
from tests.parity.tools import made  # noqa: E402 - as above

WHO = {"role": "Scout of {topic}", "goal": "Find", "backstory": "Curious."}
CONVERSATION = [
    {"role": "user", "content": "first"},
    {"role": "assistant", "content": "answer", "name": None},
    {"role": "user", "content": "second"},
    {"role": "assistant", "content": "a thought of my own"},
]

PLANS = {"planning_config": {"reasoning_effort": "low", "max_attempts": 2}}


@dataclass(frozen=True)
class Asked:
    """One question to one agent."""

    name: str
    prompt: str | Sequence[Mapping[str, Any]] = "What of {tea}?"
    agent: Mapping[str, Any] = field(default_factory=dict)
    answers: Sequence[Any] = ()
    models: Sequence[str] = BOTH

    def server(self) -> ModelServer:
        return ModelServer(reply=in_turn(self.answers) if self.answers else once)


QUESTIONS = (
    Asked("a plain question"),
    Asked("a conversation", CONVERSATION),
    Asked("no system prompt", CONVERSATION, {"use_system_prompt": False}),
    Asked("the date", agent={"inject_date": True, "date_format": "%Y"}),
    Asked("nobody to delegate to", agent={"allow_delegation": True}),
    Asked("a tool", agent={"tools": ["Lookup"]}),
    Asked("a tool that raises", agent={"tools": ["Broken"]}),
    Asked("a tool in a conversation", CONVERSATION, {"tools": ["Lookup"]}),
    Asked("a schema", agent={"response_format": SCHEMA}),
    Asked("a schema and a tool", agent={"response_format": SCHEMA, "tools": ["Lookup"]}),
    Asked(
        "a schema that is missed",
        agent={"response_format": SCHEMA, "tools": ["Lookup"]},
        answers=(LOOK_UP, "prose", '{"n": 3}'),
        models=(FUNCTIONS,),
    ),
    Asked("the last round", agent={"tools": ["Lookup"], "max_iter": 1}, answers=(LOOK_UP, "late"), models=(FUNCTIONS,)),
    Asked("an answer in words", answers=(final("short"),), models=(TEXT,)),
    Asked(
        "planning", agent=PLANS | {"tools": ["Lookup"]}, answers=(plans(), "one", "two", "both"), models=(FUNCTIONS,)
    ),
    Asked(
        "a watched plan and a schema",
        agent={"planning_config": {"reasoning_effort": "medium"}, "response_format": SCHEMA},
        answers=(plans(), "one", sees(), "two", sees(), '{"n": 3}'),
        models=(FUNCTIONS,),
    ),
)
EVERY = [(asked, model) for asked in QUESTIONS for model in asked.models]


def ours(asked: Asked, model: str, *, executor: str = "crewlab") -> Seen:
    tools = patch.multiple(Toolbox, open=AsyncMock(), tools=lambda _, names: made(names))
    said: list[str] = []

    async def step(attempt: Attempt) -> None:
        agent = {**WHO, **asked.agent, "llm": {"model": model, "base_url": server.url}, "input": "unused"}
        crew = load().build_agent(request_for({}, executor=executor), "ask", agent, asked.prompt)
        await crew.open()
        said.append((await crew.run_task(0, {})).output)
        await crew.close(None)

    with asked.server() as server, tools:
        error = in_context(step).error
    return seen(server, said[0] if said else f"failed: {error}")


def stock(asked: Asked, model: str) -> Seen:
    with asked.server() as server:
        return seen(server, contextvars.Context().run(_kickoff, asked, model, server))


def _kickoff(asked: Asked, model: str, server: ModelServer) -> str:
    set_suppress_console_output(True)
    llm = LLM(model=model, base_url=server.url, api_key="x")
    more = dict(asked.agent)
    schema = more.pop("response_format", None)
    tools = made(more.pop("tools", ()))
    if "planning_config" in more:
        more["planning_config"] = planning_config(more["planning_config"])
    try:
        agent = Agent(**WHO, **more, tools=tools, llm=llm)
        prompt: Any = asked.prompt if isinstance(asked.prompt, str) else [_without_gaps(one) for one in asked.prompt]
        output: Any = agent.kickoff(prompt, response_format=model_of_schema("ask", schema) if schema else None)
        return str(output.pydantic.model_dump_json() if schema else output.raw)
    finally:
        llm._get_sync_client().close()  # type: ignore[attr-defined]  # crewAI leaves its connections to the garbage collector


def _without_gaps(message: Mapping[str, Any]) -> dict[str, Any]:
    """As crewAI's flow takes them off before it asks the agent."""
    return {name: value for name, value in message.items() if value is not None}


@pytest.mark.parametrize(("asked", "model"), EVERY, ids=[f"{asked.name}, {model}" for asked, model in EVERY])
def test_requests_and_answer_are_those_of_a_kickoff(asked: Asked, model: str):
    """Whole request bodies in order, and the answer, are equal; braces in texts are no placeholders."""
    mine, theirs = ours(asked, model), stock(asked, model)
    assert mine.bodies == theirs.bodies
    assert mine.output == theirs.output
    assert len(mine.requests) >= 1


def test_crewais_own_executor_asks_the_same():
    """The setting that falls back to crewAI's executor holds for agents outside crews."""
    asked = QUESTIONS[9]
    assert ours(asked, FUNCTIONS, executor="crewai") == stock(asked, FUNCTIONS)
