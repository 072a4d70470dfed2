"""`engine`, `pause`, `unpause` and `priority`: what starts, and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

import typer

import crewlab
from crewlab.commands.running import AsJson
from crewlab.commands.terminal import answer, answer_json, say
from crewlab.executions.engine_state import EngineState


def engine(as_json: AsJson = False) -> None:
    """Print what the engine is doing: what runs where, what waits, and which limits are used up."""
    with crewlab.open() as lab:
        state = lab.engine_state()
    if as_json:
        answer_json(asdict(state))
        return
    for line in _told(state):
        answer(line)


def pause() -> None:
    """Start nothing new, over a restart too. What runs goes on; what is launched waits in the queue."""
    with crewlab.open() as lab:
        lab.pause()
    say("The pool is paused. `python -m crewlab unpause` lets it go on.")


def unpause() -> None:
    """Go on with the queue."""
    with crewlab.open() as lab:
        lab.unpause()
    say("The pool goes on.")


def priority(
    execution_or_batch_id: Annotated[str, typer.Argument(metavar="ID", help="An execution or a batch.")],
    number: Annotated[int, typer.Argument(help="From -1000 to 1000; the highest goes first.")],
) -> None:
    """Change the priority of an execution or a batch that is pending, among the executions of its owner."""
    with crewlab.open() as lab:
        changed = lab.set_priority(execution_or_batch_id, number)
    if changed:
        say(f"{changed} pending now {'has' if changed == 1 else 'have'} priority {number}.")
    else:
        say("Nothing of it is pending, so that nothing was changed.")


def _told(state: EngineState) -> Iterator[str]:
    yield f"pool       {'paused' if state.is_paused else 'open'}, crewAI {state.crewai}"
    yield f"queue      {state.pending} pending, {state.running} running"
    yield f"shared     {sum(state.hosted.values())} of {state.workers * state.admission}: {_counts(state.hosted)}"
    yield f"dedicated  {len(state.dedicated)} of {state.dedicated_workers}, {state.given_up_workers} given up"
    for worker in state.dedicated:
        yield f"           {worker.name}: {worker.execution_id}, because {worker.reason}"
    yield f"owners     {_cap(state.owner_limit)}: {_counts(state.owners)}"
    yield f"batches    {_cap(state.batch_limit)}: {_counts(state.batches)}"
    yield f"tools      {state.tool_calls} calls, {state.tool_threads} threads, {state.given_up_tools} given up"
    for rate in state.rates:
        requests = f"{rate.requests} of {rate.requests_per_minute or 'any number of'} requests"
        tokens = f"{rate.tokens} of {rate.tokens_per_minute or 'any number of'} tokens"
        yield f"limit      {rate.what}: {requests}, {tokens} within a minute, {rate.waiting} waiting"


def _cap(limit: int | None) -> str:
    return f"at most {limit} each" if limit else "no cap"


def _counts(numbers: dict[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in numbers.items()) or "none"
