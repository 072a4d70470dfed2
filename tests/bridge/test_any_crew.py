"""Any crew that a check finds no error in can be built: no combination of fields surprises crewAI."""

from __future__ import annotations

import asyncio
import contextvars
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crewlab.bridge import load
from crewlab.definitions.checks import check, errors_of
from crewlab.definitions.known import Known
from tests.bridge.attempts import request_for

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
TEXTS = st.sampled_from(
    ["", " ", "x", "a {topic}", "{", "{0}", "%", "%Y", "ü", "\ud800", "a\nb", "{{ .System }}", "<a>{{ .Response }}</a>"]
)
SWITCHES = st.sampled_from([True, False, None, "yes", "no", 1, 0])
NUMBERS = st.sampled_from([None, -1, 0, 1, 3, 2.5, "4", 10**20, True])
ODD = st.sampled_from([None, [], {}, "x", 7, ["x"], {"x": 1}])
LLMS = st.sampled_from(
    [None, "rehearsal/plain", {"model": "rehearsal/terse", "seed": 3}, {"model": "rehearsal/plain", "error_rate": 0}]
)
POLICIES = st.sampled_from([None, "ignore", "warn", "raise", "shout", ""])


def some(required: dict[str, Any], optional: dict[str, Any], most: int) -> st.SearchStrategy[dict[str, Any]]:
    """An object with few of the optional fields: with many, there is always one that is wrong."""
    names = st.lists(st.sampled_from(sorted(optional)), max_size=most, unique=True)
    return names.flatmap(lambda chosen: st.fixed_dictionaries(required | {name: optional[name] for name in chosen}))


PLANS = some(
    {},
    {
        "reasoning_effort": st.sampled_from(["low", "high", "none", None]), "max_attempts": NUMBERS,
        "max_steps": NUMBERS, "max_replans": NUMBERS, "step_timeout": NUMBERS, "observe_steps": SWITCHES,
        "llm": LLMS, "system_prompt": TEXTS,
        "plan_prompt": TEXTS, "refine_prompt": TEXTS, "max_step_iterations": NUMBERS, "x_new": ODD,
    },
    3,
)  # fmt: skip
FINGERPRINTS = ODD | st.just({"fingerprint": {"metadata": {"team": "ops"}}}) | st.just({"fingerprint": None})
AGENTS = some(
    {"role": st.just("R {topic}"), "goal": st.just("G"), "backstory": st.just("B")},
    {
        "role": TEXTS, "goal": TEXTS, "backstory": TEXTS, "goals": st.lists(TEXTS, max_size=3) | ODD,
        "description": TEXTS, "llm": LLMS,
        "allow_delegation": SWITCHES, "max_iter": NUMBERS, "max_rpm": NUMBERS, "max_execution_time": NUMBERS,
        "max_tokens": NUMBERS, "max_retry_limit": NUMBERS, "cache": SWITCHES, "tool_failure_policy": POLICIES,
        "verbose": SWITCHES, "respect_context_window": SWITCHES, "use_better_compaction": SWITCHES,
        "use_system_prompt": SWITCHES, "system_template": TEXTS, "prompt_template": TEXTS, "response_template": TEXTS,
        "inject_date": SWITCHES, "date_format": TEXTS, "planning": SWITCHES, "planning_config": PLANS | ODD,
        "guardrail": TEXTS, "guardrail_max_retries": NUMBERS, "security_config": FINGERPRINTS, "config": ODD,
        "tools": st.sampled_from([None, [], ["FileReadTool"]]), "settings": ODD,
        "type": st.sampled_from(["agent", None]),
    },
    4,
)  # fmt: skip
TASKS = some(
    {"description": st.just("D {topic}"), "expected_output": st.just("E"), "agent": st.just("a")},
    {
        "description": TEXTS, "expected_output": TEXTS, "agent": st.sampled_from(["a", "b", None]),
        "context": st.sampled_from([None, [], ["task_1"]]),
        "markdown": SWITCHES, "output_json": st.sampled_from([None, SCHEMA, {}, {"type": "string"}]),
        "output_file": TEXTS, "create_directory": SWITCHES, "async_execution": SWITCHES, "guardrail": TEXTS,
        "guardrails": st.lists(TEXTS, max_size=2) | ODD, "guardrail_max_retries": NUMBERS, "human_input": SWITCHES,
        "tool_failure_policy": POLICIES, "allow_crewai_trigger_context": SWITCHES, "security_config": FINGERPRINTS,
        "condition": st.sampled_from([None, "true", "outputs.task_1 == ''", ")("]), "config": ODD,
    },
    3,
)  # fmt: skip
CREWS = some(
    {
        "name": st.just("any"),
        "agents": st.fixed_dictionaries({"a": AGENTS}, optional={"b": AGENTS}),
        "tasks": st.lists(TASKS, min_size=1, max_size=2),
        "llm": st.just("rehearsal/plain"),
        "inputs": st.just({"topic": "tea"}),
    },
    {
        "process": st.sampled_from(["sequential", "parallel", "hierarchical", None]), "manager_llm": LLMS,
        "manager_agent": st.sampled_from([None, "a", {"role": "M", "goal": "g", "backstory": "b"}]),
        "planning": SWITCHES, "planning_llm": LLMS, "max_rpm": NUMBERS, "cache": SWITCHES, "verbose": SWITCHES,
        "stream": SWITCHES, "tool_failure_policy": POLICIES, "output_log_file": SWITCHES | TEXTS, "executor": ODD,
        "security_config": FINGERPRINTS, "checkpoint": SWITCHES,
    },
    3,
)  # fmt: skip
KNOWN = Known(tools=frozenset({"FileReadTool"}), keys=frozenset(), secrets=frozenset())


@given(document=CREWS)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_what_passes_the_check_can_be_built(document: dict[str, Any]):
    """Its agents, its manager and its models are made, and its tasks know how they will run."""
    if errors_of(check(document, KNOWN)):
        return
    asyncio.run(_built(document))


async def _built(document: dict[str, Any]) -> None:
    await asyncio.create_task(_opened(document), context=contextvars.Context())
    await load().close_models()


async def _opened(document: dict[str, Any]) -> None:
    crew = load().build(request_for(document))
    try:
        await crew.open()
        roster = crew._roster  # type: ignore[attr-defined]  # whoever works is made when the first task begins
        for name in document["agents"]:
            roster.agent(name).create_agent_executor([])
        if crew.process == "hierarchical":
            roster.manager()
        for task in crew._document.tasks:  # type: ignore[attr-defined]  # the attempt itself
            crew._new_task(task)  # type: ignore[attr-defined]  # the attempt itself
    finally:
        await crew.close(None)
