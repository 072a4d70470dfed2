"""`events`: what happened in an execution, step by step, and what happens now."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

import crewlab
from crewlab.commands.running import AsJson
from crewlab.commands.terminal import answer, say

if TYPE_CHECKING:
    from crewlab.executions.events import BaseEvent
    from crewlab.lab import Lab
    from crewlab.remote import RemoteLab

Numbered = tuple[int, "BaseEvent"]


def events(
    execution_id: Annotated[str, typer.Argument(metavar="ID", help="An execution.", show_default=False)],
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until the execution has come to rest.")] = False,
    after: Annotated[int, typer.Option(min=0, help="Begin after the event with this id.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Show the events of an execution, oldest first; --json prints one object a line."""
    with crewlab.open() as lab:
        for number, event in lab.follow(execution_id, after) if follow else _stored(lab, execution_id, after):
            answer(_as_json(number, event) if as_json else _line(event))
        if follow:
            say(f"Execution {execution_id} is {lab.execution(execution_id).status.value}.")


def _stored(lab: Lab | RemoteLab, execution_id: str, after: int) -> Iterator[Numbered]:
    while page := lab.events(execution_id, after):
        yield from page
        after = page[-1][0]


def _as_json(number: int, event: BaseEvent) -> str:
    return json.dumps({"event_id": number, **event.model_dump(mode="json")}, ensure_ascii=False)


def _line(event: BaseEvent) -> str:
    time, place = f"{event.occurred_at:%H:%M:%S.%f}"[:-3], f"{event.attempt}.{event.sequence}"
    where = " / ".join(filter(None, (event.task_name, event.agent)))
    what = ": ".join(filter(None, (str(getattr(event, "status", "") or ""), event.message)))
    return f"{time}  {place:<7} {event.kind:<22} {where:<24} {what}".rstrip()
