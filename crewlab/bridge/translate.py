"""From crewAI's events to ours, in the emitter's own context: the one sink of an attempt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crewlab.bridge.agents.message_copies import plain
from crewlab.bridge.journal import Journal
from crewlab.bridge.payloads import payload_of
from crewlab.bridge.scope import MODEL_CALL, TASK_NAME
from crewlab.bridge.stock.plans import plan_event
from crewlab.bridge.stock.run import stock_run
from crewlab.executions.events import SkillUsed, Unrecognised

_TOLD_ELSEWHERE = frozenset(
    {
        # the recorded model tells these as one call, however many requests it took
        "llm_call_started",
        "llm_call_failed",
        "llm_stream_chunk",
        "llm_thinking_chunk",
        # the engine tells these
        "crew_kickoff_started",
        "crew_kickoff_completed",
        "crew_kickoff_failed",
        "task_started",
        "task_completed",
        "task_failed",
        # the executor tells these
        "tool_usage_started",
        "tool_usage_finished",
        "tool_usage_error",
        "tool_failure_detected",
        # the calls of a planner tell these
        "agent_reasoning_started",
        "step_observation_started",
        "step_observation_completed",
        # whoever uses a skill tells that it was there
        "skill_discovery_started",
        "skill_discovery_completed",
        "skill_loaded",
        "skill_activated",
        # nothing that is not told by the calls in between
        "agent_execution_started",
        "agent_execution_completed",
        "agent_execution_error",
        "agent_logs_started",
        "agent_logs_execution",
        "flow_created",
        "flow_started",
        "flow_finished",
        "method_execution_started",
        "method_execution_finished",
        "default_env",
        "cc_env",
        "codex_env",
        "cursor_env",
    }
)


def sink_for(journal: Journal) -> Callable[[Any, Any], None]:
    """A stream sink that keeps what crewAI says of a call's usage, and whatever else is news."""

    def sink(source: Any, event: Any) -> None:
        if event.type == "llm_call_completed" and MODEL_CALL.get() is not None:
            _completed(event)
        elif event.type not in _TOLD_ELSEWHERE:
            run = stock_run()
            planned = None if run is None else plan_event(journal, run.agent, event)
            journal.note(planned or _skill(journal, source, event) or _unrecognised(journal, event))

    return sink


def _completed(event: Any) -> None:
    call = MODEL_CALL.get()
    assert call is not None
    call.tokens.add(event.usage)
    call.finish_reason = event.finish_reason
    response = plain(event.response)
    call.response = response if isinstance(response, str) else None


def _skill(journal: Journal, agent: Any, event: Any) -> SkillUsed | None:
    """That an agent, who is the source of the event, follows a skill."""
    if event.type != "skill_used":
        return None
    about = {**journal.key, "task_name": TASK_NAME.get(), "agent": getattr(agent, "document_name", event.agent_role)}
    return SkillUsed(**about, skill=event.skill_name, message=f"the skill {event.skill_name} is followed")


def _unrecognised(journal: Journal, event: Any) -> Unrecognised:
    kind = str(event.type)
    return Unrecognised(
        **journal.key,
        source_type=kind,
        payload=payload_of(event),
        task_name=TASK_NAME.get(),
        agent=event.agent_role,
        message=kind.replace("_", " "),
    )
