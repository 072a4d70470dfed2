"""One case on crewAI's own flow runtime: what the model server saw, and what came of it."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from crewlab.bridge import load
from crewlab.definitions.flows.closure import Closure
from crewlab.definitions.flows.lowering import lower
from crewlab.lab import Lab
from tests.conformance.cases import NOTE, Answered, Case
from tests.conformance.ours import save_definitions
from tests.conformance.seen import FAILED, Seen, seen
from tests.left_open import take_away

load()

from crewai.flow.flow import Flow  # noqa: E402 - after load(), which settles its environment
from crewai.flow.flow_config import flow_config  # noqa: E402 - as above
from crewai.utilities.serialization import to_serializable  # noqa: E402 - as above
from crewai_core.printer import set_suppress_console_output  # noqa: E402 - as above

setattr(Flow, "_skip_auto_memory", True)  # noqa: B010 - no field of it; its vector store takes seconds to import


def native(case: Case, lab: Lab) -> Seen:
    """The case with crewAI's own `kickoff`; `lab` holds what it names while that is written into it."""
    with case.server() as server, tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for name, text in NOTE.items():
            Path(name).write_text(text)
        server.release()
        document = _as_stock(_lowered(case, server.url, lab))
        completed, output = contextvars.Context().run(_kickoff, case, document)
        if server.requests:
            take_away()
        return seen(server, completed, output)


def _lowered(case: Case, url: str, lab: Lab) -> Mapping[str, Any]:
    """The document as crewAI can run it: as it is, unless it names others or their tasks."""
    if not case.uses:
        return case.document(url)
    save_definitions(lab, case, url)
    return lower(Closure.resolve(case.document(url), lab.definitions.version)).document


def _kickoff(case: Case, document: Mapping[str, Any]) -> tuple[list[tuple[str, Any]], Any]:
    set_suppress_console_output(True)
    flow: Any = Flow.from_declaration(contents=document)
    with _person(case.answers):
        output = asyncio.run(_finished(flow, case.inputs))
    # What it keeps of a step that a person judged is beside its output; nothing public tells it.
    kept = [(entry["method"], entry.get("human_feedback", entry["output"])) for entry in flow._method_outputs]
    return [(name, _plain(value)) for name, value in kept if name in case.methods], output


async def _finished(flow: Any, inputs: Mapping[str, Any]) -> Any:
    """The output once everything that was begun has ended: a flow that fails leaves its other branches running."""
    try:
        output = _plain(await flow.akickoff(inputs=dict(inputs) or None))
    except Exception:  # noqa: BLE001 - crewAI raises what its steps raise; that it failed is what is compared
        output = FAILED
    await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)
    return output


def _plain(value: Any) -> Any:
    return to_serializable(value, max_depth=0)


def _as_stock(value: Any) -> Any:
    """The document with the key that crewAI wants for any model."""
    if isinstance(value, Mapping):
        stock = {name: _as_stock(inner) for name, inner in value.items()}
        return {**stock, "api_key": "x"} if "base_url" in stock else stock
    return [_as_stock(inner) for inner in value] if isinstance(value, list) else value


@contextmanager
def _person(answers: Sequence[Answered]) -> Iterator[None]:
    before = flow_config.hitl_provider
    flow_config.hitl_provider = _Person(answers)
    try:
        yield
    finally:
        flow_config.hitl_provider = before


class _Person:
    """Answers in turn, in crewAI's way: words alone."""

    def __init__(self, answers: Sequence[Answered]) -> None:
        self._left = list(answers)

    def request_feedback(self, _context: Any, _flow: Any) -> str:
        return self._left.pop(0).text
