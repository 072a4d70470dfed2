"""crewAI's own listeners (telemetry, traces, console panels) taken off its event bus, and put back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from crewai.events.event_bus import crewai_event_bus


class Taken(NamedTuple):
    """One handler that was taken off the bus."""

    event_type: type[Any]
    handler: Callable[..., Any]


def take_handlers() -> list[Taken]:
    """Take off the handlers that crewAI registered itself; those of anybody else stay."""
    tables = (crewai_event_bus._sync_handlers, crewai_event_bus._async_handlers)
    taken = [
        Taken(event_type, handler)
        for table in tables
        for event_type, handlers in list(table.items())
        for handler in handlers
        if _is_crewais(handler)
    ]
    for event_type, handler in taken:
        crewai_event_bus.off(event_type, handler)
    return taken


def put_back(taken: list[Taken]) -> None:
    """Register again what `take_handlers` returned."""
    for event_type, handler in taken:
        crewai_event_bus._register_handler(event_type, handler)


def _is_crewais(handler: Callable[..., Any]) -> bool:
    return (getattr(handler, "__module__", None) or "").partition(".")[0] == "crewai"
