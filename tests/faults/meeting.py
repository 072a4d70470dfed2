"""Runs a crew into a fault, beside one that has nothing to do with it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crewlab.executions.execution import Execution
from crewlab.lab import Lab
from crewlab.settings import Settings
from tests.acceptance import crews
from tests.faults import bad_tools
from tests.faults.certificate import untrusted
from tests.faults.matrix import Fault
from tests.faults.standing_in import STANDS_IN_FOR, standing_in
from tests.model_server import ModelServer

BAD_TASK = "bad"


@dataclass(frozen=True)
class Outcome:
    """What became of it, and of the one beside it."""

    bad: Execution
    beside: Execution
    model_calls: list[dict[str, Any]]
    tool_calls: list[dict[str, Any]]
    requests: int
    """Of the bad one, as the model server counted them."""

    @property
    def report(self) -> str:
        """What a person reads about the failure: of the execution, or of the tool call that failed."""
        if self.bad.error is not None:
            return f"{self.bad.error.title}: {self.bad.error.message}"
        return "; ".join(str(call["error_message"]) for call in self.tool_calls if call["status"] == "failed")


@contextmanager
def lab_for_faults(data: Path) -> Iterator[Lab]:
    """A lab with two requests for each model call, so that failures come quickly.

    It has made a call: the first one imports the client, which may take longer than the limit of a fault.
    """
    settings = Settings(data=data, model_attempts=2, retry_wait_seconds=0.01)
    try:
        with Lab.open(settings=settings) as lab, ModelServer() as server:
            lab.run(crews.chain(crews.llm(server.url), "first"), {"topic": "tea"})
            yield lab
    finally:
        bad_tools.LET_GO.set()


def meet(fault: Fault, lab: Lab) -> Outcome:
    """Run both to their ends on one model server, which is bad to one of them only."""
    lab.change_setting("tool_timeout_seconds", fault.tool_seconds)
    with ModelServer() as server, standing_in(fault.tool or bad_tools.returns_nothing):
        server.script(*fault.steps, about=f"Do the {BAD_TASK} ")
        beside = lab.launch(crews.chain(crews.llm(server.url), "first", "second"), {"topic": "tea"})
        with _url(fault, server) as url:
            bad = lab.launch(_crew(fault, url), {"topic": "tea"}).wait(60)
        good = beside.wait(60)
        requests = len(server.requests_about(f"Do the {BAD_TASK} "))
    ids = [bad.execution_id]
    model_calls = lab.llm_calls_df(execution_ids=ids).to_dict("records")
    tool_calls = lab.tool_calls_df(execution_ids=ids).to_dict("records")
    return Outcome(bad, good, model_calls, tool_calls, requests)


def _crew(fault: Fault, url: str) -> dict[str, Any]:
    model = crews.llm(url, stream=fault.stream) | {"timeout": fault.model_seconds}
    crew = crews.chain(model, BAD_TASK)
    if fault.tool is not None:
        crew["agents"]["analyst"]["tools"] = [STANDS_IN_FOR]
    return crew


@contextmanager
def _url(fault: Fault, server: ModelServer) -> Iterator[str]:
    if fault.url is None:
        yield server.url
        return
    with socket.socket() as closed, ModelServer(tls=untrusted()) as untrusted_server:
        closed.bind(("127.0.0.1", 0))
        yield fault.url.format(closed=closed.getsockname()[1], untrusted=untrusted_server.port)
