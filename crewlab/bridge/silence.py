"""What an attempt sets in its own context so that crewAI is quiet, attributable and leaves retrying to us."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import crewai
from crewai.events.base_events import BaseEvent
from crewai.events.event_bus import _registered_entity_ids_var, crewai_event_bus
from crewai.events.event_context import EventContextConfig, MismatchBehavior, _event_context_config
from crewai.events.listeners.tracing.utils import set_suppress_tracing_messages
from crewai.events.stream_context import add_stream_sink
from crewai.events.types.llm_events import LLMCallStartedEvent, LLMStreamChunkEvent
from crewai.execution import set_execution_uuid
from crewai.llms.base_llm import BaseLLM
from crewai.llms.retry import _active_llm_rate_limit_retry
from crewai.utilities.env import _env_context_emitted
from crewai_core.printer import set_suppress_console_output

from crewlab.bridge.scope import QUIET

_CREWAI = str(Path(crewai.__file__).parent)
_NO_STACK_LIMIT = EventContextConfig(
    max_stack_depth=0,
    mismatch_behavior=MismatchBehavior.SILENT,
    empty_pop_behavior=MismatchBehavior.SILENT,
)


_UNHEARD: Mapping[str, type[BaseEvent]] = {
    "_emit_stream_chunk_event": LLMStreamChunkEvent,
    "_emit_call_started_event": LLMCallStartedEvent,
}
"""By the method of a model that makes one."""


class _Everybody(set[int]):
    """Who is registered already: with somebody new crewAI begins to keep every event, until the task ends."""

    def __contains__(self, _: object) -> bool:
        return True


def enter_context(execution_id: str, sink: Callable[[Any, Any], None]) -> None:
    """Prepare the current context; it is the attempt's own and ends with it, so nothing is reset."""
    set_execution_uuid(execution_id)
    add_stream_sink(sink)
    set_suppress_console_output(True)
    set_suppress_tracing_messages(True)
    _event_context_config.set(_NO_STACK_LIMIT)
    _active_llm_rate_limit_retry.set(True)
    _env_context_emitted.set(True)
    _registered_entity_ids_var.set(_Everybody())
    QUIET.set(True)


def skip_unheard_events() -> Callable[[], None]:
    """Make none of the events of an attempt that tell nothing new here, unless somebody listens for them.

    crewAI makes one for every token, which is the largest part of what a streamed answer costs here, and one with
    the whole conversation for every call. Elsewhere, and for handlers of others, everything is as it was. Returns
    what undoes it.
    """
    originals = {name: getattr(BaseLLM, name) for name in _UNHEARD}
    for name, kind in _UNHEARD.items():
        setattr(BaseLLM, name, _if_heard(originals[name], kind))  # no subclass has one of its own

    def undo() -> None:
        for name, original in originals.items():
            setattr(BaseLLM, name, original)

    return undo


def _if_heard(original: Callable[..., None], kind: type[BaseEvent]) -> Callable[..., None]:
    @functools.wraps(original)
    def emit(self: BaseLLM, *arguments: Any, **named: Any) -> None:
        if not QUIET.get() or _somebody_listens(kind):
            original(self, *arguments, **named)

    return emit


def _somebody_listens(kind: type[BaseEvent]) -> bool:
    bus = crewai_event_bus
    return bool(bus._sync_handlers.get(kind) or bus._async_handlers.get(kind))


def is_wanted(record: logging.LogRecord) -> bool:
    """Whether a record of the root logger is to be shown: crewAI logs each failed request there, as an error."""
    return not (QUIET.get() and record.pathname.startswith(_CREWAI))
