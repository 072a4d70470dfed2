"""What the `checkpoint` of a flow asks for: files from which crewAI alone goes on, where it can."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crewlab.definitions.checkpoints import EVERY, OF_FLOWS
from crewlab.definitions.flows.restoring import obstacle
from crewlab.definitions.problem import Problem
from crewlab.definitions.rules.checkpoints import of_files, unknown_events
from crewlab.definitions.rules.flows.subject import FlowSubject
from crewlab.definitions.rules.subject import is_on, listed, warning

_WHERE = "config.checkpoint"


def checkpoint(subject: FlowSubject) -> Iterable[Problem]:
    """Files are written of flows that crewAI can restore, at moments that flows have."""
    config = subject.document.get("config")
    wanted = config.get("checkpoint") if isinstance(config, Mapping) else None
    if not is_on(wanted):
        return
    why = obstacle(subject.document, subject.graph)
    if why is not None:
        what = f"No file is written, since crewAI could not go on rightly from it: the flow {why}."
        yield warning(
            "flow.checkpoint.obstacle", _WHERE, what, "Remove it. A flow that stopped is resumed here anyway."
        )
        return
    yield from _decisions(subject)
    if isinstance(wanted, Mapping):
        yield from of_files(wanted, _WHERE)
        if idle := unknown_events(wanted.get("on_events"), OF_FLOWS | {EVERY}):
            what = f"Nothing is saved at {listed(idle)}: a flow saves at events of its own."
            hint = "`method_execution_finished` writes a file after each step."
            yield warning("checkpoint.events", f"{_WHERE}.on_events", what, hint)


def _decisions(subject: FlowSubject) -> Iterable[Problem]:
    """What decides is done again by crewAI, so that it should cost nothing."""
    for step in subject.steps.values():
        if step.is_router and (step.call != "expression" or step.feedback):
            what = "crewAI keeps no decision, so that it does this step once more when it goes on from a checkpoint."
            hint = "Let a router of its own decide, with an expression over what this step gave."
            yield warning("flow.checkpoint.decision", step.where, what, hint)
