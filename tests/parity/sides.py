"""One case on both executors: what the model server saw, and what came out."""

from __future__ import annotations

import contextvars
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from unittest.mock import AsyncMock, patch

from crewlab.bridge import load
from tests.bridge.attempts import run
from tests.left_open import take_away
from tests.model_server import ModelServer
from tests.parity.cases import Case

load()

from crewai import LLM, Agent, Crew, Process, Task  # noqa: E402 - after load(), which settles its environment
from crewai_core.printer import set_suppress_console_output  # noqa: E402 - as above

from crewlab.bridge.agents.fields import planning_config  # noqa: E402 - as above
from crewlab.bridge.tasks.fields import model_of_schema  # noqa: E402 - as above
from crewlab.bridge.tools.toolbox import Toolbox  # noqa: E402 - as above
from tests.parity.tools import made  # noqa: E402 - as above

INPUTS: dict[str, Any] = {"topic": "tea"}


@dataclass(frozen=True)
class Seen:
    """What one side sent, and what it answered."""

    requests: tuple[str, ...]
    """Every request's whole body, as text."""
    output: str
    """The final output, or `failed` when there is none."""

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(request) for request in self.requests]


def ours(case: Case, model: str, *, executor: str = "crewlab") -> Seen:
    """The case in an attempt of ours, on our loop or on crewAI's."""
    tools = patch.multiple(Toolbox, open=AsyncMock(), tools=lambda _, names: made(names))
    with case.server() as server, tools:
        attempt = run({**case.document, "llm": case.llm(model, server.url), "executor": executor}, INPUTS | case.inputs)
    return seen(server, "failed" if attempt.final is None else attempt.final.output)


def stock(case: Case, model: str) -> Seen:
    """The case on crewAI as it comes, with its own `kickoff`."""
    with case.server() as server:
        output = contextvars.Context().run(_kickoff, case, model, server)
    if case.steps:  # where a conversation is too long it asks on a loop that it then drops
        take_away()
    return seen(server, output)


def seen(server: ModelServer, output: str) -> Seen:
    """What the server was sent, and the output, in a form to compare."""
    bodies = tuple(json.dumps(_said(request.body), sort_keys=True) for request in server.requests)
    return Seen(bodies, _plain(output))


def _said(body: Mapping[str, Any]) -> dict[str, Any]:
    """A whole request; OpenAI's client writes `stream: false` when it parses answers itself, which says nothing."""
    return {name: value for name, value in body.items() if (name, value) != ("stream", False)}


def _plain(output: str) -> str:
    """JSON is compared by what it says."""
    try:
        return json.dumps(json.loads(output), sort_keys=True)
    except ValueError:
        return output


def _kickoff(case: Case, model: str, server: ModelServer) -> str:
    set_suppress_console_output(True)
    described = case.llm(model, server.url)
    llm = LLM(**described, api_key="x")
    agents = {name: _agent(name, fields, llm) for name, fields in case.document["agents"].items()}
    tasks: dict[str, Task] = {}
    for fields in case.document["tasks"]:
        tasks[fields["name"]] = _task(fields, agents, tasks)
    more: dict[str, Any] = {"process": Process.hierarchical, "manager_llm": llm} if "process" in case.document else {}
    more |= {name: case.document[name] for name in ("skills", "checkpoint") if name in case.document}
    crew = Crew(agents=list(agents.values()), tasks=list(tasks.values()), **more)
    try:
        return str(crew.kickoff(inputs=INPUTS | case.inputs).raw)
    except Exception:  # noqa: BLE001 - crewAI raises what its providers raise; that it failed is what is compared
        return "failed"
    finally:
        llm._get_sync_client().close()  # type: ignore[attr-defined]  # it is made as its provider's; crewAI leaves its connections to the garbage collector


def _agent(name: str, fields: Mapping[str, Any], llm: LLM) -> Agent:
    more = dict(fields)
    if "planning_config" in more:
        more["planning_config"] = planning_config(more["planning_config"])
    if "tools" in more:
        more["tools"] = made(_names(more["tools"]))
    return Agent(**more, llm=llm)


def _task(fields: Mapping[str, Any], agents: Mapping[str, Agent], tasks: Mapping[str, Task]) -> Task:
    more = dict(fields)
    more["agent"] = agents[more["agent"]] if more["agent"] else None
    if "context" in more:
        more["context"] = [tasks[name] for name in more["context"]]
    if "tools" in more:
        more["tools"] = made(_names(more["tools"]))
    if "output_json" in more:
        more["output_json"] = model_of_schema(more["name"], more["output_json"])
    return Task(**more)


def _names(names: Iterable[Any]) -> list[str]:
    return [str(name) for name in names]
