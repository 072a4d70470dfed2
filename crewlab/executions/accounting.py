"""What one event adds to the usage of its task and its execution: the rule, in one place."""

from __future__ import annotations

from crewlab.executions.events import BaseEvent, ModelCallEnded, ModelCallFailed, ToolCallEnded
from crewlab.executions.usage import Usage


def usage_of(event: BaseEvent) -> Usage | None:
    """The usage that `event` stands for, or `None` when it is neither the end of a model call nor of a tool call."""
    if isinstance(event, ModelCallEnded):
        return _usage_of_call(event)
    if isinstance(event, ToolCallEnded):
        return Usage(tool_calls=1)
    return None


def _is_free(call: ModelCallEnded) -> bool:
    return call.is_rehearsal or call.is_replay


def _usage_of_call(call: ModelCallEnded) -> Usage:
    """A failed call without tokens used none; any other call without tokens used an unknown number."""
    failed = isinstance(call, ModelCallFailed)
    no_tokens = call.input_tokens is None and call.output_tokens is None
    return Usage(
        model_calls=1,
        failed_calls=int(failed),
        input_tokens=call.input_tokens,
        output_tokens=call.output_tokens,
        cached_tokens=call.cached_tokens,
        reasoning_tokens=call.reasoning_tokens,
        cost_usd=call.cost_usd,
        unpriced_calls=int(not no_tokens and not _is_free(call) and call.cost_usd is None),
        unknown_calls=int(no_tokens and not failed),
        retries=call.retries,
    )
